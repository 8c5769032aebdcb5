"""Wiring of the kernel package `exchange`: long work, what leaves the house, and what enters it."""

from django.apps import AppConfig

from unionhall.kernel.audit import registry as audit
from unionhall.kernel.exchange.registry import JobKind, register_jobs
from unionhall.lib.later import Later
from unionhall.lib.text import Text

ACTIONS = "unionhall.kernel.exchange.actions"


class ExchangeConfig(AppConfig):
    name = "unionhall.kernel.exchange"
    label = "exchange"

    def ready(self) -> None:
        register_jobs(
            [
                JobKind("exchange.check", Text("核对导入表", "Check a sheet"), Later(f"{ACTIONS}.check.judge_job")),
                JobKind("exchange.import", Text("导入表格", "Import a sheet"), Later(f"{ACTIONS}.write.write_job")),
                JobKind("exchange.undo", Text("撤回导入", "Take an import back"), Later(f"{ACTIONS}.take_back.undo_job")),
            ]
        )
        audit.register_verbs(
            {
                "exchange.job_started": Text("发起任务", "Started a task"),
                "exchange.job_cancelled": Text("取消任务", "Cancelled a task"),
                "exchange.exported": Text("导出表格", "Exported a table"),
                "exchange.exported_plain": Text("导出未脱敏表格", "Exported personal data in the clear"),
                "exchange.template_kept": Text("保存导出模板", "Kept a template for exports"),
                "exchange.template_dropped": Text("删除导出模板", "Dropped a template for exports"),
                "exchange.import_brought": Text("上传导入表", "Brought a sheet"),
                "exchange.imported": Text("完成导入", "Imported a sheet"),
                "exchange.import_undone": Text("撤回导入", "Took an import back"),
                "exchange.import_dropped": Text("放弃导入", "Dropped a sheet"),
            }
        )
