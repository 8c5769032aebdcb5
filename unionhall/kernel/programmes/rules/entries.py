"""Reading the catalogue strictly: one mistake in a file stops the load, with its file and line."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from unionhall.kernel.programmes.rules import domains, editions, rooms

CODE = re.compile(r"[a-z][a-z0-9_]{1,63}")
POLICY = re.compile(r"[a-z]+\.[a-z][a-z0-9_]*")
FIGURE = re.compile(r"S\d-D?\d{2,3}")
DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
KEYS = {"code", "zh", "en", "what_zh", "what_en", "rooms", "cadence", "season", "figures", "options", "targets"}
NEEDED = ("code", "zh", "en", "what_zh", "what_en", "rooms", "cadence")
TARGET_KEYS = {"indicator", "comparison", "value", "unit", "per_unit"}


class CatalogueRefused(ValueError):
    """A mistake in a catalogue file: "org_building.toml:12: …"."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One programme as a catalogue file tells it."""

    domain: str
    position: int
    code: str
    zh: str
    en: str
    what_zh: str
    what_en: str
    rooms: tuple[str, ...]
    cadence: str
    season: tuple[str, str] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    targets: tuple[Mapping[str, Any], ...] = ()
    figures: tuple[str, ...] = ()
    digest: str = ""


def read(folder: Path) -> list[Entry]:
    """Every programme of a folder's TOML files, in the order of the domains. Raises CatalogueRefused."""
    entries: list[Entry] = []
    seen: dict[str, str] = {}
    told: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for entry, place in _file(path):
            if entry.code in seen:
                raise CatalogueRefused(f"{place}: the code {entry.code!r} stands already in {seen[entry.code]}")
            seen[entry.code] = place
            entries.append(entry)
        domain = entries[-1].domain
        if domain in told:
            raise CatalogueRefused(f"{path.name}:1: the domain {domain!r} stands already in {told[domain]}")
        told[domain] = path.name
    order = {domain.code: number for number, domain in enumerate(domains.DOMAINS)}
    return sorted(entries, key=lambda entry: (order[entry.domain], entry.position))


def _file(path: Path) -> list[tuple[Entry, str]]:
    text = path.read_text(encoding="utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueRefused(f"{path.name}: {error}") from error
    _known(data, {"domain", "programme"}, f"{path.name}:1")
    domain = data.get("domain")
    if domain not in domains.BY_CODE:
        raise CatalogueRefused(f"{path.name}:1: unknown domain {domain!r}")
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[programme]]"]
    raw = data.get("programme", [])
    if not raw or len(raw) != len(lines):
        raise CatalogueRefused(f"{path.name}:1: programmes are written as [[programme]] tables, at least one")
    return [
        (_entry(table, domain, position, f"{path.name}:{line}"), f"{path.name}:{line}")
        for position, (table, line) in enumerate(zip(raw, lines, strict=True), start=1)
    ]


def _entry(raw: Mapping[str, Any], domain: str, position: int, place: str) -> Entry:
    _known(raw, KEYS, place)
    for key in NEEDED:
        if not raw.get(key):
            raise CatalogueRefused(f"{place}: {key!r} is missing or empty")
    for key in ("code", "zh", "en", "what_zh", "what_en", "cadence"):
        if not isinstance(raw[key], str) or raw[key] != raw[key].strip():
            raise CatalogueRefused(f"{place}: {key!r} is a text without outer spaces")
    if not CODE.fullmatch(raw["code"]):
        raise CatalogueRefused(f"{place}: {raw['code']!r} is no code: small letters, digits and underscores")
    if raw["cadence"] not in editions.CADENCES:
        raise CatalogueRefused(f"{place}: unknown cadence {raw['cadence']!r}; known: {', '.join(editions.CADENCES)}")
    named = _rooms(raw["rooms"], place)
    return Entry(
        domain=domain,
        position=position,
        **{key: raw[key] for key in ("code", "zh", "en", "what_zh", "what_en", "cadence")},
        rooms=named,
        season=_season(raw.get("season"), place),
        options=_options(raw.get("options", {}), named, place),
        targets=tuple(_target(target, place) for target in raw.get("targets", [])),
        figures=_figures(raw.get("figures", []), place),
        digest=digest(domain, raw),
    )


def checked(raw: Mapping[str, Any], *, domain: str) -> Entry:
    """An entry that somebody made on screen, as strict as one of the files. Raises CatalogueRefused."""
    return _entry(raw, domain, 1, domain)


def digest(domain: str, raw: Mapping[str, Any]) -> str:
    """A fingerprint of an entry that moves when anything in it is edited; evidence of life is bound to it."""
    text = json.dumps({"domain": domain, **raw}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _known(table: Mapping[str, Any], keys: Iterable[str], place: str) -> None:
    unknown = sorted(set(table) - set(keys))
    if unknown:
        raise CatalogueRefused(f"{place}: unknown key {unknown[0]!r}; known: {', '.join(sorted(keys))}")


def _rooms(raw: Any, place: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(set(raw)) != len(raw):
        raise CatalogueRefused(f"{place}: 'rooms' is a list in which no room stands twice")
    for room in raw:
        if room not in rooms.ROOMS:
            raise CatalogueRefused(f"{place}: unknown room {room!r}; known: {', '.join(rooms.ROOMS)}")
    return tuple(raw)


def _season(raw: Any, place: str) -> tuple[str, str] | None:
    if raw is None:
        return None
    if not isinstance(raw, list) or len(raw) != 2 or not all(isinstance(day, str) and DAY.fullmatch(day) for day in raw):
        raise CatalogueRefused(f'{place}: \'season\' is a pair of days such as ["12-15", "02-28"]')
    return raw[0], raw[1]


def _figures(raw: Any, place: str) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, str) and FIGURE.fullmatch(one) for one in raw):
        raise CatalogueRefused(f"{place}: 'figures' is a list of ids such as \"S2-006\"")
    return tuple(raw)


def _target(raw: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise CatalogueRefused(f"{place}: a target is a table")
    _known(raw, TARGET_KEYS, place)
    if not POLICY.fullmatch(str(raw.get("indicator", ""))):
        raise CatalogueRefused(f"{place}: a target names its indicator as room.indicator")
    if raw.get("comparison") not in editions.COMPARISONS:
        raise CatalogueRefused(f"{place}: a target is {', '.join(editions.COMPARISONS)}")
    try:
        value = Decimal(str(raw.get("value")))
    except InvalidOperation as error:
        raise CatalogueRefused(f"{place}: a target has a number as its value") from error
    if value < 0 or not raw.get("unit"):
        raise CatalogueRefused(f"{place}: a target has a value of 0 or more and a unit")
    return {"per_unit": False, **raw}


def _options(raw: Any, named: tuple[str, ...], place: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise CatalogueRefused(f"{place}: options are tables, one for each room")
    for room, table in raw.items():
        if room not in named:
            raise CatalogueRefused(f"{place}: options for {room!r}, which is not among the programme's rooms")
        _known(table, rooms.OPTIONS[room], f"{place} options.{room}")
        for key, value in table.items():
            _option(room, key, value, f"{place} options.{room}.{key}")
    return raw


def _option(room: str, key: str, value: Any, place: str) -> None:
    shape = rooms.OPTIONS[room][key]
    if shape == rooms.FLAG and not isinstance(value, bool):
        raise CatalogueRefused(f"{place}: true or false")
    if shape == rooms.POLICY and not (isinstance(value, str) and POLICY.fullmatch(value)):
        raise CatalogueRefused(f"{place}: the name of a policy, room.rule; values of rules never stand in the catalogue")
    if shape == rooms.POLICIES and not (isinstance(value, list) and value and all(POLICY.fullmatch(str(one)) for one in value)):
        raise CatalogueRefused(f"{place}: a list of policies, room.rule; values of rules never stand in the catalogue")
    if shape == rooms.CODES:
        words = rooms.VOCABULARY[room, key]
        if not isinstance(value, list) or not value or len(set(value)) != len(value) or not set(value) <= words:
            raise CatalogueRefused(f"{place}: a list out of {', '.join(sorted(words))}")
    if shape == rooms.NAMED:
        _named(value, place)


def _named(value: Any, place: str) -> None:
    if not isinstance(value, list) or not value:
        raise CatalogueRefused(f"{place}: a list of {{ code, zh, en }}")
    for one in value:
        if not isinstance(one, dict) or set(one) != {"code", "zh", "en"} or not all(one.values()):
            raise CatalogueRefused(f"{place}: each item is {{ code, zh, en }}, none empty")
        if not CODE.fullmatch(one["code"]):
            raise CatalogueRefused(f"{place}: {one['code']!r} is no code: small letters, digits and underscores")
    if len({one["code"] for one in value}) != len(value):
        raise CatalogueRefused(f"{place}: a code stands twice")
