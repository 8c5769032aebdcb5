"""What runs by the clock."""

from unionhall.kernel.notices import actions
from unionhall.lib.periodic import Periodic


def deliver() -> int:
    """Send everything that is due, 200 at a time, at most 5,000 in one run."""
    sent = 0
    for _round in range(25):
        now = actions.deliver()
        sent += now
        if now == 0:
            break
    return sent


periodic = [Periodic("notices.deliver", "* * * * *", deliver)]
