"""What the house knows about the worker who asks, masked, and who looked at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.notices import queries as notices
from unionhall.kernel.notices.models import Notice
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.rules import ancestor_paths, path_range
from unionhall.kernel.people import access as fence
from unionhall.kernel.people import queries as people
from unionhall.kernel.people import registry
from unionhall.kernel.people.models import Consent, ConsentText, Person
from unionhall.kernel.people.queries import Fresh, words
from unionhall.lib import dates
from unionhall.lib.text import Text
from unionhall.work.portal.models import HelpRequest
from unionhall.work.portal.registry import PROPOSED

MOST = 50
WAYS = {
    "page": Text("在工作页面查看", "Looked at on a page"),
    "notice": Text("向您发送通知", "To send you a message"),
    "export": Text("导出", "Exported"),
    "download": Text("下载", "Downloaded"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """One value on file: what it is, how it looks masked, when it was last confirmed."""

    name: str
    masked: str
    fresh: Fresh | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One time that somebody read a sensitive value: when, which one, from which unit, why. Units, not names."""

    at: datetime
    field: str
    unit: str
    reason: str
    way: str


def known_of(person: Person) -> list[Known]:
    """What is sealed about a person, as it looks to those who may not read it; for the person alone."""
    return about(person)[1]


def about(person: Person) -> tuple[Fresh | None, list[Known]]:
    """When the name was last confirmed, and the same about what is sealed."""
    low, high = path_range(person.org_path)
    with transaction.atomic(), fence.scope(f"{low}|{high}"):
        found, fresh = people.on_file(person)
    return fresh.get("name"), [
        Known(str(registry.sealed_field(code).name), shown, fresh.get(code))
        for code, shown in found.items()
        if code not in PROPOSED.values()
    ]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One text that workers are asked to agree to, and how this worker stands to it."""

    code: str
    name: str
    text: ConsentText
    holds: Consent | None
    needed: bool
    past: list[Consent]

    @property
    def older(self) -> bool:
        """Whether an older version was agreed to, so that the worker is asked again."""
        return self.holds is not None and self.holds.text_id != self.text.pk


def agreements(person: Person, texts: Mapping[str, ConsentText]) -> list[Agreement]:
    """Every text with what the worker said to it, what nothing goes without first."""
    known, found = people.consents_of(person), []
    for code, one in registry.purposes().items():
        own = [each for each in known if each.text.purpose == code]
        holds = next((each for each in own if each.withdrawn_at is None), None)
        found.append(Agreement(code, str(one.name), texts[code], holds, one.needed, [each for each in own if each.withdrawn_at]))
    return found


def looks_at(person: Person) -> list[Look]:
    """Who read what about a person, the newest first, other than the person."""
    rows = [row for row in audit.reads(kind="people.person", subject_id=person.pk)[:MOST] if row.actor != person.pk]
    readers = {one.pk: one for one in Person.objects.filter(pk__in={row.actor for row in rows if row.actor}).select_related("home")}
    reasons = words.reasons(rows)
    return [_look(row, None if row.actor is None else readers.get(row.actor), reasons[row.pk]) for row in rows]


def _look(row: Any, reader: Person | None, reason: str) -> Look:
    code = str(row.details.get("field", ""))
    via = str(row.details.get("via", ""))
    if reader is None or reader.kind == "house":
        unit = str(Text("系统", "The system"))
    else:
        unit = reader.home.name if reader.home else str(Text("工会", "A union"))
    way = WAYS.get(via)
    return Look(row.moment, _name_of(code), unit, "" if reader is None else reason, str(way) if way else via)


def _name_of(code: str) -> str:
    try:
        return str(registry.sealed_field(code).name)
    except LookupError:
        return code


def lineage(person: Person) -> list[Organization]:
    """A worker's union and those above it, the nearest first."""
    if person.home is None:
        return []
    paths = [*ancestor_paths(person.home.path), person.home.path]
    return list(Organization.objects.filter(path__in=paths).order_by("-path"))


def messages(person: Person) -> list[Notice]:
    """The newest messages of a worker."""
    return list(notices.inbox(person)[:MOST])


def standings(person: Person) -> list[tuple[str, str]]:
    """What a worker is today (member …), and where."""
    held = people.standings_of(person, dates.today()).select_related("organization")
    return [(str(registry.standing_name(one.kind)), one.organization.name) for one in held]


def matters_of(person: Person) -> dict[str, list[int]]:
    """The records that rooms made of what a worker asked for, by label; of a confidential one only this table knows whose it is."""
    found: dict[str, list[int]] = {}
    for label, key in HelpRequest.objects.filter(person=person).values_list("record_kind", "record_id"):
        found.setdefault(label, []).append(key)
    return found
