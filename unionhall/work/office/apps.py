"""Wiring of the room `office`."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "unionhall.work.office"
    label = "office"
