"""What the package does by the clock."""

from unionhall.kernel.files import actions
from unionhall.lib.periodic import Periodic

periodic = [Periodic(code="files.sweep", cron="40 4 * * *", run=actions.sweep)]
