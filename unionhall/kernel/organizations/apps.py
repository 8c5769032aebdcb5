"""Wiring of the kernel package `organizations`."""

from django.apps import AppConfig

from unionhall.kernel.organizations import registry


class OrganizationsConfig(AppConfig):
    name = "unionhall.kernel.organizations"
    label = "organizations"

    def ready(self) -> None:
        registry.register_path_column("organizations.Employer")
