"""Tables of the room: joining, memberships, moving, benefits (`memberships`)."""

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
    "Work",
    "fresh_since",
]
