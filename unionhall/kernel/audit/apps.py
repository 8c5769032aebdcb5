"""Wiring of the kernel package `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "unionhall.kernel.audit"
    label = "audit"
