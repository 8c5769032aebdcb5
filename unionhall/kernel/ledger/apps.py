"""Wiring of the kernel package `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "unionhall.kernel.ledger"
    label = "ledger"
