"""Wiring of the kernel package `ledger`."""

from django.apps import AppConfig

from unionhall.kernel.audit import registry as audit
from unionhall.kernel.people import registry as people
from unionhall.lib.later import Later
from unionhall.lib.text import Text

SUBJECTS = "unionhall.kernel.ledger.actions.subjects"


class LedgerConfig(AppConfig):
    name = "unionhall.kernel.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Declare the one act that leaves a trail here (acts that post tell it themselves), and take part when files become one."""
        audit.register_verbs({"ledger.reported": Text(zh="录入上报合计数", en="reported total entered")})
        follower = people.Follower(Later(f"{SUBJECTS}.follow"), Later(f"{SUBJECTS}.unfollow"), last=True)
        people.register_follower("ledger", follower)
