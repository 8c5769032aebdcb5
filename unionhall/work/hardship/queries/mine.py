"""What a worker sees of the own file."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from unionhall.kernel.files import queries as file_queries
from unionhall.kernel.files.models import File
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.flows import rules as flow_rules
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.refusal import absent
from unionhall.lib.text import Text
from unionhall.work.hardship import access, registry
from unionhall.work.hardship.flow import HARDSHIP, STAGES
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import Help
from unionhall.work.hardship.queries import lines as rule_lines
from unionhall.work.hardship.queries import sheets
from unionhall.work.hardship.rules import means, procedure

CLOSED = ("refused", "exited", "withdrawn", "discarded")


@dataclass(frozen=True, slots=True)
class Line:
    """One of the worker's own files on a list."""

    file: Household
    since: date
    url: str
    waits: bool
    done: bool


def lines(person: Person) -> list[Line]:
    """The worker's own files, the newest first; a discarded draft is none."""
    found = access.visible_to_worker(person).exclude(state="discarded")
    rows = flows.with_light(found, dates.today()).order_by("-id")[:10]
    return [_line(person, one) for one in rows]


def _line(person: Person, one: Household) -> Line:
    own = one.head_id == person.pk and one.state in {"draft", "returned"}
    door = f"hardship_hall:{next_screen(one)}" if own else "hardship_hall:progress"
    return Line(one, dates.day_of(one.state_since), reverse(door, args=[one.pk]), own, one.state in CLOSED)


def file(person: Person, household_id: int) -> Household:
    """One of the worker's own files. Raises NotVisible."""
    found = access.visible_to_worker(person).select_related("organization", "head").filter(pk=household_id).first()
    if found is None:
        raise absent()
    return found


def next_screen(one: Household) -> str:
    """Where an application goes on: the screen on which it was left."""
    return one.screen or "situation"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an applicant should know of the region's rule, in fen a person: the line, the most that counts, usual help a year."""

    line: int
    most: int
    deep: int
    other: int


def rule(person: Person) -> Rule | None:
    """The rule where the worker lives; None where no line is set or nobody keeps the worker."""
    if person.home is None:
        return None
    today = dates.today()
    found = rule_lines.lines(person.home, today)
    if found.line <= 0:
        return None
    months = rule_lines.cost_months(person.home, today)
    most = found.line * max(found.deep, found.relative) // 100
    return Rule(found.line, most, found.line * months.get("deep", 0), found.line * months.get("relative", 0))


def words(one: Household) -> dict[str, Text | str]:
    """The codes of the first screen in words."""
    return {"cause": registry.CAUSES.get(one.cause, ""), "worker": registry.WORKERS.get(one.worker, "")}


AHEAD = {
    "applied": Text("工会审核材料", "The union looks at the papers"),
    "visiting": Text("工会上门走访", "The union visits your home"),
    "checking": Text("与有关部门核对信息", "Registers are asked"),
    "reviewing": Text("上级工会复核", "The union above looks at it again"),
    "noticed": Text("公示期满后审批", "It is decided when the public notice is over"),
    "approving": Text("审批", "It is decided"),
    "on_file": Text("年度核查", "It is verified once a year"),
}
"""What comes next by state, in a worker's words; the day until when stands on the file."""


def kept(one: Household) -> list[str]:
    """Which figures of the phone's screen were said before: their names, never their amounts."""
    book = access.opened(f"book|{one.pk}", bytes(one.book))
    said = {**book.get("incomes", {}), **book.get("spending", {})}
    return [name for name in ("wage", "other", "medical", "education") if name in said]


def pending(one: Household) -> dict[str, str]:
    """A member that was not named whole yet, as the worker left it."""
    found: dict[str, str] = access.opened(f"book|{one.pk}", bytes(one.book)).get("pending", {})
    return found


def returned(one: Household) -> str:
    """Why a file came back to be mended; empty where it did not."""
    if one.state != "returned":
        return ""
    return next((step.reason for step in reversed(flows.timeline(one)) if step.move == "send_back"), "")


def members(one: Household) -> list[tuple[str, Text]]:
    """The members named so far."""
    found = one.members.filter(until=None).select_related("person")
    return [(member.person.name, registry.RELATIONS[member.relation]) for member in found]


def helps(one: Household) -> list[tuple[Text | str, Help]]:
    """The help that came to the household, as its file notes it, the newest first."""
    found = one.helps.filter(paid_on__isnull=False).order_by("-paid_on", "-id")[:10]
    return [(registry.HELPS.get(help.item, ""), help) for help in found]


def papers(one: Household) -> list[File]:
    """The papers brought so far."""
    return list(file_queries.files_of(one))


def said(one: Household) -> Text | None:
    """What the means test says to the worker's own figures, in one sentence; before they are there, nothing."""
    last = one.assessments.first()
    if last is None:
        return None
    row = tuple(access.opened(f"figures|{one.pk}", bytes(last.figures))["row"])
    measure, rule = sheets.measure(row), rule_lines.from_kept(last.rule, last.versions)
    return means.explain(means.judge(measure, rule), rule, measure)


def steps(one: Household) -> list[tuple[date, object, str]]:
    """What has happened: day, what, and the reason where the worker must know it; no names of staff."""
    known = {move.code: move.name for move in HARDSHIP.moves}
    found = flows.timeline(one)
    return [
        (dates.day_of(step.at), known[step.move], step.reason if step.move in {"send_back", "refuse", "withdraw", "exit"} else "")
        for step in found
        if step.move in known
    ]


def way(one: Household) -> list[flow_rules.Stage]:
    """The steps of the region's procedure, from the first review to the file, as a file stands to each; its own unit takes those
    for which the procedure names no level.
    """
    wanted = rule_lines.way(one.organization, dates.today())
    order = ["applied", *(procedure.STATES[step] for step in wanted.steps)]
    here = order.index(one.state) if one.state in order else (len(order) if one.state == "on_file" else -1)
    done = here
    if one.state in STAGES and here < 0:  # its step was taken out of the procedure meanwhile
        passed = {step.old for step in flows.timeline(one)}
        done = next((place for place, code in enumerate(order) if code not in passed), 0)
    levels = ["", *(registry.PROCEDURE.get(wanted.levels.get(step, ""), "") for step in wanted.steps)]
    return [
        flow_rules.Stage(HARDSHIP.state(code).name, "done" if place < done else "current" if place == here else "open", level)
        for place, (code, level) in enumerate(zip(order, levels, strict=True))
    ]
