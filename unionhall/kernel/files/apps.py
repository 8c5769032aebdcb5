"""Wiring of the kernel package `files`."""

from django.apps import AppConfig

from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.organizations.registry import register_path_column
from unionhall.kernel.people.registry import register_forgetter
from unionhall.kernel.policies.registry import Policy, register_policies
from unionhall.lib.later import Later
from unionhall.lib.text import Text

OWN = Text(zh="平台默认值", en="Default of the platform")
MEGABYTES = Policy("files.megabytes", Text(zh="单个附件上限（MB）", en="Largest file (MB)"), "item", 20, OWN, 1, 200)
PER_RECORD = Policy("files.per_record", Text(zh="每条记录附件数上限", en="Most files of a record"), "item", 50, OWN, 1, 500)
UNIT_GIGABYTES = Policy("files.unit_gigabytes", Text(zh="每个单位附件总量（GB）", en="Files of a unit (GB)"), "item", 20, OWN, 1)


class FilesConfig(AppConfig):
    name = "unionhall.kernel.files"
    label = "files"

    def ready(self) -> None:
        register_forgetter("files", Later("unionhall.kernel.files.actions.forget"))
        register_path_column("files.File")
        register_verbs(
            {
                "files.attached": Text(zh="上传附件", en="file attached"),
                "files.withdrawn": Text(zh="撤回附件", en="file withdrawn"),
            }
        )
        register_policies([MEGABYTES, PER_RECORD, UNIT_GIGABYTES])
