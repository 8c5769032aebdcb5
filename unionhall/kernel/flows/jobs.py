"""What runs by the clock."""

from unionhall.kernel.flows.actions import desks, escalation, once
from unionhall.lib.periodic import Periodic

periodic = [
    Periodic("flows.escalate", "*/10 * * * *", escalation.escalate),
    Periodic("flows.desks", "5-59/10 * * * *", desks.find_again),
    Periodic("flows.purge_keys", "23 3 * * *", once.purge),
]
