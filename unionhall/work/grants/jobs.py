"""What runs by the clock."""

from unionhall.lib.periodic import Periodic
from unionhall.work.grants.actions import postings

periodic = [Periodic("grants.close_notices", "8 0 * * *", postings.close_expired)]
