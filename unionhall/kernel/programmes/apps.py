"""Wiring of the kernel package `programmes`."""

from typing import Any

from django.apps import AppConfig

from unionhall.kernel.access.registry import Permission, register_permissions
from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.organizations.registry import register_path_column
from unionhall.lib.text import Text
from unionhall.shell.frame import register_ribbon

PERMISSIONS = [
    Permission("programmes.see", Text("查看工作项目", "See programmes")),
    Permission("programmes.manage", Text("开展和结束一期工作、设定目标", "Open and close editions, set targets")),
    Permission("programmes.design", Text("自建项目和字段", "Add own programmes and fields")),
]
VERBS = {
    "programmes.catalogue_loaded": Text("更新项目目录", "catalogue loaded"),
    "programmes.edition_planned": Text("筹备一期工作", "edition planned"),
    "programmes.edition_opened": Text("开展一期工作", "edition opened"),
    "programmes.edition_closed": Text("结束一期工作", "edition closed"),
    "programmes.edition_reopened": Text("重新开展一期工作", "edition reopened"),
    "programmes.window_changed": Text("调整起止日期", "window changed"),
    "programmes.target_set": Text("设定目标", "target set"),
    "programmes.target_dropped": Text("取消目标", "target dropped"),
    "programmes.programme_added": Text("自建项目", "own programme added"),
    "programmes.programme_retired": Text("停用项目", "own programme retired"),
    "programmes.field_added": Text("增加字段", "own field added"),
    "programmes.field_retired": Text("停用字段", "own field retired"),
    "programmes.world_marked": Text("标记演示或重现数据", "invented world marked"),
    "programmes.world_cleared": Text("清除演示或重现数据", "invented world cleared"),
}


class ProgrammesConfig(AppConfig):
    name = "unionhall.kernel.programmes"
    label = "programmes"

    def ready(self) -> None:
        register_permissions(PERMISSIONS)
        register_verbs(VERBS)
        for model in ("Programme", "Edition", "CustomField", "World"):
            register_path_column(f"programmes.{model}")
        _hang_ribbon()


def _hang_ribbon() -> None:
    from unionhall.kernel.programmes import queries  # noqa: PLC0415 - models exist only from here on

    def invented(request: Any) -> Text | None:
        unit = getattr(request, "unit", None)
        return queries.ribbon(unit.path if unit is not None else None)

    register_ribbon(invented)
