"""The flows of the house: which table rules which model."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from unionhall.kernel.audit.registry import register_verbs
from unionhall.kernel.flows.flow import Flow
from unionhall.lib.text import Text

# What may happen to a record beside the moves of its own table.
ACTS = {
    "start": Text("创建", "Started"),
    "undo": Text("撤回", "Taken back"),
    "pause": Text("暂停计时", "Clock paused"),
    "resume": Text("恢复计时", "Clock resumed"),
    "assign": Text("指派", "Assigned"),
    "forward": Text("转办", "Forwarded"),
    "hand_over": Text("工作移交", "Handed over"),
    "sign": Text("请求加签", "Signature asked for"),
    "sign_agree": Text("加签：同意", "Signed: agrees"),
    "sign_disagree": Text("加签：不同意", "Signed: does not agree"),
    "sign_back": Text("撤回加签", "Signature called back"),
    "chase": Text("催办", "Chased"),
    "escalate": Text("超期上报", "Escalated"),
    "join": Text("会办", "Joint handling"),
    "lead": Text("变更牵头单位", "Responsible unit changed"),
    "leave": Text("退出会办", "Left joint handling"),
    "part": Text("会办完成", "Part done"),
    "extend": Text("延期", "Extended"),
}


@dataclass(frozen=True, slots=True)
class Registered:
    """A flow, the model it rules, what the room does when a move is taken back, and whose own case a record is."""

    flow: Flow
    label: str
    undone: Callable[..., None] | None
    own: Callable[..., Collection[int]] | None = None

    @property
    def model(self) -> type[Model]:
        """The room's model."""
        return apps.get_model(self.label)  # noqa: TID251 - rooms stand above: only the label that they registered is known


@dataclass(frozen=True, slots=True)
class Asked:
    """What a worker asked for, from whatever side it came in.

    `area` is where the worker belongs, `organization` the unit that takes the request in hand. `person` is None where the
    worker wants to stay unnamed towards the handlers; `files` are uploads that have not been looked at yet.
    """

    title: str
    text: str
    channel: str
    organization: Any
    area: Any
    person: Any = None
    files: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """A room that takes what workers ask for: `take(asked)` makes a record of its flow, in the caller's transaction.

    Where several rooms offer themselves, the one with the lowest `order` takes it.
    """

    code: str
    take: Callable[[Asked], Any]
    order: int = 100


_intakes: dict[str, Intake] = {}
_by_label: dict[str, Registered] = {}
_by_code: dict[str, Registered] = {}


def register_flow(
    flow: Flow,
    model_label: str,
    *,
    undone: Callable[..., None] | None = None,
    own: Callable[..., Collection[int]] | None = None,
) -> None:
    """Put a model ("issues.Issue") under a flow.

    `undone(record=…, step=…, by=…)` is called in the same transaction when a move is taken back, so that the room can
    reverse what the move had posted. `own(record, persons)` gives those of some persons (by key) who would have something of the
    record themselves: nobody is asked to sign their own case. Every move becomes an audit verb `<flow>.<move>`.
    """
    label = model_label.lower()
    known = _by_label.get(label)
    if known is not None and known.flow is not flow:
        raise ValueError(f"{model_label} already follows {known.flow.code}")
    registered = Registered(flow, label, undone, own)
    _by_label[label] = registered
    _by_code[flow.code] = registered
    verbs = {f"{flow.code}.{code}": name for code, name in ACTS.items()}
    verbs |= {f"{flow.code}.{move.code}": move.name for move in flow.moves}
    register_verbs(verbs)


def register_intake(intake: Intake) -> None:
    """Offer a room for what workers ask for; raises ValueError for a second offer of one code."""
    if _intakes.setdefault(intake.code, intake) != intake:
        raise ValueError(f"the intake {intake.code} is registered twice")


def intakes() -> list[Intake]:
    """The rooms that take what workers ask for, the first one first."""
    return sorted(_intakes.values(), key=lambda one: (one.order, one.code))


def is_kind(text: str) -> bool:
    """Whether a text is the kind of some record: "issues.issue"."""
    return text in _by_label


def kind_of(record: Any) -> str:
    """How a record's kind is written in steps and tasks: "issues.issue"."""
    return str(record._meta.label_lower)


def registered(of: Any) -> Registered:
    """The registration of a record, a model, a kind or a flow's code; raises KeyError for one without a flow."""
    if isinstance(of, Flow):
        return _by_code[of.code]
    if isinstance(of, str):
        return _by_label.get(of.lower()) or _by_code[of]
    return _by_label[kind_of(of)]


def flow_of(of: Any) -> Flow:
    """The flow of a record, a model, a kind or a flow's code."""
    return registered(of).flow


def flows() -> list[Registered]:
    """All registrations by the code of their flow."""
    return [_by_code[code] for code in sorted(_by_code)]


def by_clock() -> list[tuple[str, str]]:
    """The moves that the house makes by itself when their day is over: kind of record and code."""
    return [(each.label, move.code) for each in flows() for move in each.flow.moves if move.by_clock]
