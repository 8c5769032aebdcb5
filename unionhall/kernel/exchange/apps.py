"""Wiring of the kernel package `exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "unionhall.kernel.exchange"
    label = "exchange"
