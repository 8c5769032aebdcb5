"""Wiring of the kernel package `programmes`."""

from django.apps import AppConfig

from unionhall.kernel.organizations.registry import register_path_column


class ProgrammesConfig(AppConfig):
    name = "unionhall.kernel.programmes"
    label = "programmes"

    def ready(self) -> None:
        for model in ("Programme", "Edition", "CustomField", "World"):
            register_path_column(f"programmes.{model}")
