"""Wiring of the room `issues`."""

from django.apps import AppConfig


class IssuesConfig(AppConfig):
    name = "unionhall.work.issues"
    label = "issues"
