"""What runs by the clock: expired codes, transfers at which the old union is silent, employers with enough members."""

from unionhall.lib.periodic import Periodic
from unionhall.work.membership.actions import codes, partners, transfers

periodic = [
    Periodic("membership.close_expired", "10 0 * * *", codes.close_expired),
    Periodic("membership.release_silent", "30 6 * * *", transfers.release_silent),
    Periodic("membership.propose_foundings", "50 6 * * *", partners.propose_foundings),
]
