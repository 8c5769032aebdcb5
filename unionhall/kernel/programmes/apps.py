"""Wiring of the kernel package `programmes`."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "unionhall.kernel.programmes"
    label = "programmes"
