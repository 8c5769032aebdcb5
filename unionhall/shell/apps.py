"""Wiring of the frame of every page."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "unionhall.shell"
    label = "shell"
