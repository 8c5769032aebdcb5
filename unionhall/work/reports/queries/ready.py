"""The templates that come with the house: texts in `unionhall/catalogue/reports`, one for each kind of report."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from unionhall import catalogue
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.programmes.models import Programme
from unionhall.lib.text import Text
from unionhall.work.reports import registry
from unionhall.work.reports.rules import wording

FOLDER = Path(str(catalogue.__file__)).parent / "reports"


@dataclass(frozen=True, slots=True)
class Ready:
    """A template of the house."""

    code: str
    kind: str
    name: Text
    body: str


@cache
def texts() -> dict[str, Ready]:
    """All ready templates by code; a code is a kind of report."""
    bodies = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))}
    return {kind: Ready(kind, kind, name, bodies[kind]) for kind, name in registry.KINDS.items() if kind in bodies}


def title(kind: str, unit: Organization, window: Window, programme: Programme | None) -> str:
    """What a report is called when nobody says otherwise."""
    end = window.end
    whole = {
        "year": f"{unit.name}{end.year}年工作总结",
        "programme": f"{unit.name}{wording.spoken(programme.name_zh) if programme else ''}工作情况报告",
        "review": f"{unit.name}两年工作回顾",
        "capability": f"{unit.name}{end.year}年上半年能力建设工作报告",
        "plan": f"{unit.name}{end.year}年工作计划",
        "notice": f"{unit.name}{end.year}年第{(end.month + 2) // 3}季度问题办理情况通报",
        "closing": f"{unit.name}{wording.spoken(programme.name_zh) if programme else ''}结项报告",
    }.get(kind, f"{unit.name}工作报告")
    return whole[:120]
