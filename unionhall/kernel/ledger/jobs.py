"""What runs by the clock."""

from unionhall.kernel.ledger import actions
from unionhall.lib.periodic import Periodic

periodic = [Periodic("ledger.build_rollups", "* * * * *", actions.build_rollups)]
