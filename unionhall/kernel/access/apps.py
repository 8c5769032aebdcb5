"""Wiring of the kernel package `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "unionhall.kernel.access"
    label = "access"
