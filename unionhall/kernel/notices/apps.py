"""Wiring of the kernel package `notices`."""

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.people.registry import register_forgetter
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.lib.later import Later
from unionhall.lib.text import Text

SMS_NIGHT = Text("短信夜间不打扰（21时至次日8时）惯例", "Custom: no text messages between 21:00 and 8:00")


class NoticesConfig(AppConfig):
    name = "unionhall.kernel.notices"
    label = "notices"

    def ready(self) -> None:
        register_forgetter("notices", Later("unionhall.kernel.notices.actions.forget"))
        register_permissions([Permission("notices.manage", Text("管理通知发送", "Manage deliveries of notices"))])
        register_verbs({"notices.sent_again": Text("重发通知", "notice sent again")})
        register_policies(
            [
                Policy(
                    "notices.quiet_from",
                    Text("短信免打扰开始（时）", "No text messages from (hour)"),
                    "hour",
                    21,
                    SMS_NIGHT,
                    most=23,
                ),
                Policy(
                    "notices.quiet_until",
                    Text("短信免打扰结束（时）", "No text messages until (hour)"),
                    "hour",
                    8,
                    SMS_NIGHT,
                    most=23,
                ),
            ]
        )
