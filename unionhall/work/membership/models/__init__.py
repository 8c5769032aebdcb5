"""Tables of the room: what joining, moving and benefits need (`memberships`), and what members ask for themselves (`wishes`)."""

from unionhall.work.membership.models.memberships import (
    Active,
    Application,
    Benefit,
    Change,
    Claim,
    Founding,
    JoinCode,
    Membership,
    Opening,
    Partner,
    Reported,
    Transfer,
    Work,
    fresh_since,
)
from unionhall.work.membership.models.wishes import Wish

__all__ = [
    "Active",
    "Application",
    "Benefit",
    "Change",
    "Claim",
    "Founding",
    "JoinCode",
    "Membership",
    "Opening",
    "Partner",
    "Reported",
    "Transfer",
    "Wish",
    "Work",
    "fresh_since",
]
