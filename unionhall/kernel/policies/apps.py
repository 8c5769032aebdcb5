"""Wiring of the kernel package `policies`."""

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.lib.text import Text


class PoliciesConfig(AppConfig):
    name = "unionhall.kernel.policies"
    label = "policies"

    def ready(self) -> None:
        register_permissions(
            [
                Permission("policies.set", Text("设置规则值", "Set rule values")),
                Permission("policies.calendar", Text("维护工作日历", "Edit the working calendar")),
            ]
        )
        register_verbs(
            {
                "policies.set": Text("设置规则值", "rule value set"),
                "policies.ended": Text("终止规则值", "rule value ended"),
                "policies.calendar_set": Text("设置工作日历", "calendar day set"),
                "policies.calendar_cleared": Text("恢复工作日历", "calendar day cleared"),
                "policies.calendar_loaded": Text("载入公布的放假安排", "published holidays loaded"),
                "policies.calendar_confirmed": Text("确认年度放假安排", "year's holidays confirmed"),
            }
        )
