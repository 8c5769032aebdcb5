"""Wiring of the kernel package `flows`."""

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.notices.registry import Kind, register_kinds
from unionhall.kernel.organizations.registry import register_heir, register_path_column
from unionhall.kernel.people.registry import register_forgetter
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.lib.later import Later
from unionhall.lib.text import Text

HOUSE_RULE = Text("系统默认，可由本级工会调整", "Default of the house; a federation may set its own")

KINDS = [
    Kind(
        "flows.task",
        Text("待办：{title}", "To do: {title}"),
        Text("{reference}《{title}》已转到您处，请于{due}前办理。", "{reference} “{title}” has come to you; due {due}."),
        fields=("reference", "title", "due"),
        channels=("wechat",),
    ),
    Kind(
        "flows.sign",
        Text("请您加签：{title}", "Please sign: {title}"),
        Text(
            "{asker}请您对{reference}《{title}》签署意见，办理期限{due}。",
            "{asker} asks for your opinion on {reference} “{title}”, due {due}.",
        ),
        fields=("reference", "title", "due", "asker"),
        channels=("wechat",),
    ),
    Kind(
        "flows.signed",
        Text("加签已答复：{title}", "Signed: {title}"),
        Text(
            "{signer}已对{reference}《{title}》签署意见，请继续办理。",
            "{signer} has given an opinion on {reference} “{title}”: you may go on.",
        ),
        fields=("reference", "title", "signer"),
        channels=("wechat",),
    ),
    Kind(
        "flows.unsigned",
        Text("加签已撤回：{title}", "No signature needed: {title}"),
        Text(
            "{reference}《{title}》的加签已撤回，您不必再签署意见。",
            "Your opinion on {reference} “{title}” is not asked for any more.",
        ),
        fields=("reference", "title"),
    ),
    Kind(
        "flows.moved",
        Text("您关注的事项有进展：{title}", "News on a record you follow: {title}"),
        Text("{reference}《{title}》现为“{state}”。", "{reference} “{title}” is now “{state}”."),
        fields=("reference", "title", "state"),
    ),
    Kind(
        "flows.chased",
        Text("催办：{title}", "Chased: {title}"),
        Text(
            "{unit}催办{reference}《{title}》，办理期限{due}，请尽快办理。",
            "{unit} asks you to act on {reference} “{title}”, due {due}.",
        ),
        fields=("reference", "title", "due", "unit"),
        channels=("wechat", "sms"),
    ),
    Kind(
        "flows.escalated",
        Text("下级单位有{count}项工作超期", "{count} overdue tasks in units below"),
        Text(
            "下级单位有{count}项工作超期未办结（如{reference}），请督办。",
            "{count} tasks below are overdue (such as {reference}); please supervise.",
        ),
        fields=("count", "reference"),
        audience="flows.supervise",
    ),
]


class FlowsConfig(AppConfig):
    name = "unionhall.kernel.flows"
    label = "flows"

    def ready(self) -> None:
        register_forgetter("flows", Later("unionhall.kernel.flows.actions.forgetting.forget"))
        register_heir(Later("unionhall.kernel.flows.actions.handlings.take_over"))
        register_permissions(
            [
                Permission("flows.work", Text("办理待办", "Work on tasks")),
                Permission("flows.supervise", Text("督办（暂停、催办、移交）", "Supervise: pause, chase, hand over")),
            ]
        )
        register_policies(
            [
                Policy(
                    "flows.soon_days",
                    Text("临期提醒（工作日）", "Days before due that count as soon"),
                    "working_day",
                    3,
                    HOUSE_RULE,
                ),
                Policy("flows.chase_days", Text("催办间隔（工作日）", "Days between two chases"), "working_day", 1, HOUSE_RULE),
                Policy(
                    "flows.escalate_days",
                    Text("超期逐级上报（工作日）", "Days past due after which each level up is told"),
                    "whole_list",
                    [1, 3, 7],
                    HOUSE_RULE,
                    least=1,
                ),
            ]
        )
        register_kinds(KINDS)
        for model in ("Step", "Task", "Handling"):
            register_path_column(f"flows.{model}")
