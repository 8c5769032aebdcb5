"""Wiring of the kernel package `ledger`."""

from django.apps import AppConfig

from unionhall.kernel.audit import registry as audit
from unionhall.lib.text import Text


class LedgerConfig(AppConfig):
    name = "unionhall.kernel.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Declare the one act that leaves a trail here; postings are told by the acts that make them."""
        audit.register_verbs({"ledger.reported": Text(zh="录入上报合计数", en="reported total entered")})
