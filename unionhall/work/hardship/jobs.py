"""What runs by the clock."""

from unionhall.lib.periodic import Periodic
from unionhall.work.hardship.actions import helps, pairing, procedure

periodic = [
    Periodic("hardship.take_down", "5 0 * * *", procedure.take_down_expired),
    Periodic("hardship.take_in_help", "41 * * * *", helps.take_in),
    Periodic("hardship.remind", "20 8 * * 1", pairing.remind),
]
