"""Wiring of the kernel package `flows`."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "unionhall.kernel.flows"
    label = "flows"
