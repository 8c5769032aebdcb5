"""Wiring of the kernel package `organizations`."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "unionhall.kernel.organizations"
    label = "organizations"
