"""What runs by the clock."""

from unionhall.lib.periodic import Periodic
from unionhall.work.campaigns.actions import offers

periodic = [Periodic("campaigns.pass_on", "* * * * *", offers.pass_on)]
