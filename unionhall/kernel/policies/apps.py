"""Wiring of the kernel package `policies`."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "unionhall.kernel.policies"
    label = "policies"
