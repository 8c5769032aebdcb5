"""Wiring of the room `reports`: everything that others learn about it is said here."""

from django.apps import AppConfig

ROOM = "unionhall.work.reports"


class ReportsConfig(AppConfig):
    name = ROOM
    label = "reports"
