"""What runs by the clock: doubles, expired codes, transfers at which the old union is silent, employers with enough members."""

from unionhall.lib.periodic import Periodic
from unionhall.work.membership.actions import codes, doubles, partners, transfers

periodic = [
    Periodic("membership.search_doubles", "30 2 * * 0", doubles.search_by_clock),
    Periodic("membership.close_expired", "10 0 * * *", codes.close_expired),
    Periodic("membership.release_silent", "30 6 * * *", transfers.release_silent),
    Periodic("membership.propose_foundings", "50 6 * * *", partners.propose_foundings),
]
