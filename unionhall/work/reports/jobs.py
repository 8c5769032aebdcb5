"""What runs by the clock."""

from unionhall.lib.periodic import Periodic
from unionhall.work.reports.actions import subscribing

periodic = [Periodic("reports.subscriptions", "40 7 * * *", subscribing.send)]
