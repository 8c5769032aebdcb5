"""Wiring of the kernel package `exchange`: long work and what leaves the house."""

from django.apps import AppConfig

from unionhall.kernel.audit import registry as audit
from unionhall.lib.text import Text


class ExchangeConfig(AppConfig):
    name = "unionhall.kernel.exchange"
    label = "exchange"

    def ready(self) -> None:
        audit.register_verbs(
            {
                "exchange.job_started": Text("发起任务", "Started a task"),
                "exchange.job_cancelled": Text("取消任务", "Cancelled a task"),
                "exchange.exported": Text("导出表格", "Exported a table"),
            }
        )
