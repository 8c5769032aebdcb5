"""What access does by the clock."""

from unionhall.kernel.access import actions
from unionhall.lib.periodic import Periodic

periodic = [
    Periodic("access.forget_attempts", "7 4 * * *", actions.forget_attempts),
    Periodic("access.forget_sessions", "12 4 * * *", actions.forget_sessions),
]
