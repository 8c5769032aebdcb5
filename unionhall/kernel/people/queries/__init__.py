"""Questions about persons: who is it, what are they, who may be the same."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.rules import path_range
from unionhall.kernel.people import access, registry, rules
from unionhall.kernel.people.models import Confirmation, Consent, ConsentText, Kind, Merger, Pair, Person, Sealed, Standing
from unionhall.lib import clock, copying, dates, idnumber, phone, pinyin, statement
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

Within = Organization | Iterable[tuple[str, str]] | None
_LAST_FOUR = re.compile(r"\d{3}[\dX]", re.ASCII)
_LATIN = re.compile(r"[a-z][a-z'’\s]*")


def house() -> Person:
    """The acting person of the house's own jobs; made at the first call."""
    person, _made = Person.objects.get_or_create(kind=Kind.HOUSE, defaults={"name": "系统", "registered_at": clock.now()})
    return person


def people(within: Within = None) -> QuerySet[Person]:
    """The humans of a unit and everything below it (or of ranges of paths) in the order of their names; none erased or merged."""
    known = Person.objects.filter(kind=Kind.PERSON, erased_at=None, merged_into=None)
    return known.filter(_inside(within)).order_by("name_pinyin", "id")


def _inside(within: Within, field: str = "org_path") -> Q:
    if within is None:
        return Q()
    ranges = [path_range(within.path)] if isinstance(within, Organization) else list(within)
    inside = Q(pk__in=[])
    for low, high in ranges:
        inside |= Q(**{f"{field}__gte": low, f"{field}__lt": high})
    return inside


def find(text: str, within: Within) -> QuerySet[Person]:
    """Whoever the text means: a whole document number or phone, four last characters, Hanzi of a name, pinyin or initials.

    Four last characters are looked up inside a scope only, since across the house they would tell too much.
    """
    typed = " ".join(unicodedata.normalize("NFKC", text).split())
    known = people(within)
    if not typed:
        return known.none()
    exact = _exact(typed)
    if exact is not None:
        borne = {pk for (pk,) in statement.rows(BORNE, exact)}
        return known.filter(pk__in=borne) if borne else known.none()
    if _LAST_FOUR.fullmatch(typed.upper()):
        return known.filter(Q(id_last4=typed.upper()) | Q(phone_last4=typed)) if within is not None else known.none()
    latin = typed.lower()
    if _LATIN.fullmatch(latin):
        sound = re.sub(r"[^a-z]", "", latin)
        return known.filter(Q(name_pinyin__startswith=sound) | Q(name_keys__contains=[sound]))
    try:
        name = pinyin.normalise(text)
    except Refused:
        return known.none()
    if name.isdigit():
        return known.none()
    grams = pinyin.grams(name)
    pairs = [one for one in grams if len(one) == 2]
    return known.filter(name_keys__contains=pairs or grams, name__contains=name)


def open_pairs() -> QuerySet[Pair]:
    """Likely doubles that nobody has decided, the likeliest first; the caller narrows them to its scope."""
    alive = {f"{side}__{name}": None for side in ("first", "second") for name in ("erased_at", "merged_into")}
    return Pair.objects.filter(verdict="", **alive).select_related("first__home", "second__home").order_by("-probability", "id")


def mergers() -> QuerySet[Merger]:
    """Files made one, the newest first; the caller narrows them to its scope."""
    return Merger.objects.select_related("kept__home", "gone__home", "by").order_by("-id")


def is_whole_number(text: str) -> bool:
    """Whether a text typed into a search is a whole document number or phone, so that finding somebody by it is a read."""
    return _exact(" ".join(unicodedata.normalize("NFKC", text).split())) is not None


# The files that stay of whoever bears a document number or a phone.
BORNE = "SELECT COALESCE(merged_into_id, id) FROM people_person WHERE id_blind = %(number)s OR phone_blind = %(phone)s"


def _exact(typed: str) -> dict[str, bytes | None] | None:
    """The keyed hashes under which a text stands, if it is a whole document number or phone."""
    compact = idnumber.normalise(typed)
    if len(compact) < 8 or not any(character.isdigit() for character in compact):
        return None
    blinder = access.keys().blinder
    try:
        mobile = blinder.blind("phone", phone.normalise(typed))
    except phone.BadPhone:
        mobile = None
    try:
        number = blinder.blind("id_number", idnumber.check(compact).text)
    except Refused:
        number = None
    return {"number": number, "phone": mobile} if number or mobile else None


def masked(people: Iterable[Person], field: str) -> dict[int, str]:
    """How one sealed field of several persons looks to those who may not read it; only inside the transaction's scope."""
    found = Sealed.objects.filter(person__in=list(people), field=field).values_list("person_id", "masked")
    return dict(found)


def sealed_fields_of(person: Person) -> dict[str, str]:
    """Which sealed fields a person has, with their masks; only inside the transaction's scope."""
    return dict(Sealed.objects.filter(person=person).order_by("field").values_list("field", "masked"))


def own_masked(person: Person, field: str) -> str:
    """Somebody's own sealed value as it is masked; empty where none is on record. In the scope that the row policies ask for."""
    low, high = path_range(person.org_path)
    with transaction.atomic(), access.scope(f"{low}|{high}"):
        return sealed_fields_of(person).get(field, "")


def sealed_fields_of_both(first: Person, second: Person) -> dict[int, dict[str, str]]:
    """The same of two persons at once, by their numbers; only inside the transaction's scope."""
    found: dict[int, dict[str, str]] = {first.pk: {}, second.pk: {}}
    for person, field, mask in (
        Sealed.objects.filter(person__in=found).order_by("field").values_list("person_id", "field", "masked")
    ):
        found[person][field] = mask
    return found


def selves(files: Iterable[int]) -> frozenset[int]:
    """Every file (by key) of the humans behind some files, these included: merged into one another, of one document number, or of
    one phone where the name is the same or one has no number. Those told apart by somebody are not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_selves(%s::bigint[])", [sorted(set(files))])
        return frozenset(row[0] for row in cursor)


def standing_on(day: date, kind: str, within: Within = None) -> QuerySet[Standing]:
    """Everybody and every unit that is something on a day."""
    return Standing.objects.filter(_inside(within), _on(day), kind=kind).order_by("org_path", "id")


def standings_of(subject: Person | Organization, day: date | None = None) -> QuerySet[Standing]:
    """What somebody or some unit is on a day, or ever was, newest first."""
    own = Q(person=subject) if isinstance(subject, Person) else Q(unit=subject)
    return Standing.objects.filter(own, _on(day) if day else Q()).order_by("-since", "-id")


def standings_of_many(persons: Iterable[int], day: date) -> Iterator[tuple[int, str, str, str]]:
    """What many people are on a day: (person, kind, source kind, source id), the oldest standing of each first."""
    found = Standing.objects.filter(_on(day), person__in=copying.among(persons)).order_by("since", "id")
    yield from found.values_list("person_id", "kind", "source_kind", "source_id").iterator()


def _on(day: date) -> Q:
    return Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the same: certain by the document number, else likely, and why."""

    person: Person
    certain: bool
    reasons: tuple[str, ...]  # id_number | one of rules.ALIKE


def duplicates(
    *,
    name: str,
    id_number: str = "",
    mobile: str = "",
    home: Organization | None = None,
    birth: date | None = None,
    besides: Person | None = None,
) -> list[Candidate]:
    """Who may be meant already, certain ones first, each with its reasons (`rules.alike`)."""
    blinder = access.keys().blinder
    by_id = blinder.blind("id_number", idnumber.check(id_number).text) if id_number else None
    by_phone = blinder.blind("phone", phone.normalise(mobile)) if mobile else None
    likely = Q(name=pinyin.normalise(name), phone_blind=by_phone) if by_phone else Q(pk__in=[])
    if home is not None and birth is not None:
        likely |= Q(name=pinyin.normalise(name), home=home, birth__year=birth.year)
    found = people().filter((Q(id_blind=by_id) if by_id else Q(pk__in=[])) | likely)
    if besides is not None:
        found = found.exclude(pk=besides.pk)
    candidates = [_candidate(person, by_id, by_phone, home, birth) for person in found]
    kept = [one for one in candidates if one.reasons]
    return sorted(kept, key=lambda one: (not one.certain, one.person.pk))


def _candidate(
    person: Person, by_id: bytes | None, by_phone: bytes | None, home: Organization | None, birth: date | None
) -> Candidate:
    same_id = by_id is not None and person.id_blind is not None and bytes(person.id_blind) == by_id
    same_phone = by_phone is not None and person.phone_blind is not None and bytes(person.phone_blind) == by_phone
    same_home = home is not None and person.home_id == home.pk
    same_year = birth is not None and person.birth is not None and person.birth.year == birth.year
    other_id = by_id is not None and person.id_blind is not None and not same_id
    reasons = rules.alike(same_id=same_id, other_id=other_id, same_phone=same_phone, same_year=same_home and same_year)
    return Candidate(person, same_id, reasons)


class Probe(NamedTuple):
    """What is said of somebody who may be known already; numbers as the house keeps them."""

    name: str
    id_number: str = ""
    mobile: str = ""
    home: Organization | None = None
    birth: date | None = None

    def __repr__(self) -> str:
        return "<Probe>"


def duplicates_of_many(probes: Sequence[Probe], *, batch: int = 2_000) -> list[list[Candidate]]:
    """`duplicates` for a whole list, with three statements for each batch; one list of candidates for each probe, in order."""
    return [found for start in range(0, len(probes), batch) for found in _duplicates(probes[start : start + batch])]


# For each probe, by its place in the list, whomever it may mean: by number, by name and phone, by name, home and year of birth.
SAME = """
SELECT n.place, p.id FROM unnest(%(places)s::int[], %(ids)s::bytea[]) AS n(place, blind)
  JOIN people_person p ON p.id_blind = n.blind
 UNION
SELECT n.place, p.id FROM unnest(%(called)s::int[], %(phones)s::bytea[], %(names)s::text[]) AS n(place, blind, name)
  JOIN people_person p ON p.phone_blind = n.blind AND p.name = n.name
 UNION
SELECT n.place, p.id
  FROM unnest(%(placed)s::int[], %(homes)s::bigint[], %(named)s::text[], %(years)s::int[]) AS n(place, home, name, year)
  JOIN people_person p ON p.home_id = n.home AND p.name = n.name
   AND p.birth >= make_date(n.year, 1, 1) AND p.birth < make_date(n.year + 1, 1, 1)
"""


def _duplicates(probes: Sequence[Probe]) -> list[list[Candidate]]:
    blind = access.keys().blinder.blind
    ids = [blind("id_number", one.id_number) if one.id_number else None for one in probes]
    phones = [blind("phone", one.mobile) if one.mobile else None for one in probes]
    names = [pinyin.normalise(one.name) for one in probes]
    found: list[list[Candidate]] = [[] for _probe in probes]
    pairs = _same(probes, ids, phones, names)
    known = people().in_bulk({person for _place, person in pairs}) if pairs else {}
    for place, pk in sorted(pairs):
        if pk not in known:  # erased, or closed as a double
            continue
        one = probes[place]
        candidate = _candidate(known[pk], ids[place], phones[place], one.home, one.birth)
        if candidate.reasons:
            found[place].append(candidate)
    for several in found:
        several.sort(key=lambda each: (not each.certain, each.person.pk))
    return found


def _same(
    probes: Sequence[Probe], ids: Sequence[bytes | None], phones: Sequence[bytes | None], names: Sequence[str]
) -> list[tuple[int, int]]:
    """(place of the probe, person) for whoever agrees in one of the three ways, in one statement."""
    numbered = [(place, one) for place, one in enumerate(ids) if one]
    called = [(place, one) for place, one in enumerate(phones) if one]
    placed = [
        (place, one.home.pk, one.birth.year) for place, one in enumerate(probes) if one.home is not None and one.birth is not None
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            SAME,
            {
                "places": copying.numbers(place for place, _blind in numbered),
                "ids": copying.octets(one for _place, one in numbered),
                "called": copying.numbers(place for place, _blind in called),
                "phones": copying.octets(one for _place, one in called),
                "names": copying.texts(names[place] for place, _blind in called),
                "placed": copying.numbers(place for place, _home, _year in placed),
                "homes": copying.numbers(home for _place, home, _year in placed),
                "named": copying.texts(names[place] for place, _home, _year in placed),
                "years": copying.numbers(year for _place, _home, year in placed),
            },
        )
        return list(cursor.fetchall())


# The file that stays of whoever bears a number, and whether a phone stands in somebody else's.
BEARERS = """
WITH one AS (SELECT COALESCE(merged_into_id, id) AS id FROM people_person WHERE id_blind = %(number)s)
SELECT (SELECT id FROM one) AS bearer, EXISTS (SELECT 1 FROM people_person
     WHERE phone_blind = %(phone)s AND merged_into_id IS NULL AND id NOT IN (SELECT id FROM one)) AS taken,
    CASE WHEN NOT EXISTS (SELECT FROM one) THEN nextval(pg_get_serial_sequence('people_person', 'id')) END AS fresh
"""


def bearers(number: bytes, phone: bytes | None) -> tuple[int | None, bool, int | None]:
    """Of two keyed hashes: who bears the document number, and whether the phone is registered for anybody else.

    Where nobody bears the number the third is a fresh primary key, for `bulk.take_up`.
    """
    return statement.ones(asking_bearers(number, phone))[0]


def asking_bearers(number: bytes, phone: bytes | None) -> statement.Asked:
    """The question of `bearers`, for an act that asks more at once (`statement.ones`)."""
    return statement.Asked(BEARERS, {"number": number, "phone": phone}, 3)


@dataclass(frozen=True, slots=True)
class Known:
    """Who bears a document number already: enough to say what a list that names it would do."""

    pk: int
    name: str
    org_path: str


def known_by_number(numbers: Iterable[str]) -> dict[str, Known]:
    """Who bears which of these document numbers (as the house writes them); of a closed double the file that stays."""
    blind = access.keys().blinder.blind
    blinds = {blind("id_number", number): number for number in numbers if number}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id_blind, k.id, k.name, k.org_path FROM people_person p"
            "  JOIN people_person k ON k.id = COALESCE(p.merged_into_id, p.id)"
            " WHERE p.id_blind = ANY(%s::bytea[]) AND k.erased_at IS NULL",
            [copying.octets(blinds)],
        )
        return {blinds[bytes(key)]: Known(pk, name, path) for key, pk, name, path in cursor.fetchall()}


TEXTS_MARK = "(SELECT max(id) FROM people_consenttext)"  # another one as soon as any text has a new version
NEWEST_TEXTS = f"""
SELECT DISTINCT ON (t.purpose) {statement.columns(ConsentText, "t")} FROM people_consenttext t ORDER BY t.purpose, t.version DESC
"""


def consent_texts() -> dict[str, ConsentText]:
    """The newest version of each text that people are asked to agree to, by purpose."""
    return {one.purpose: one for row in statement.rows(NEWEST_TEXTS, []) for one in statement.records(row, ConsentText)}


def consents_of(person: Person) -> list[Consent]:
    """Everything that somebody ever agreed to, the newest first."""
    return list(Consent.objects.filter(person=person).select_related("text").order_by("-given_at", "-id"))


def withdrew(persons: Iterable[Person], purpose: str) -> set[int]:
    """Who took a consent back and has not given it again; whoever was never asked is not among them."""
    given = Consent.objects.filter(person__in=list(persons), text__purpose=purpose)
    holds = given.filter(withdrawn_at=None).values("person")
    return set(given.exclude(person__in=holds).values_list("person_id", flat=True))


@dataclass(frozen=True, slots=True)
class Fresh:
    """When something on file was last confirmed, and by whom or what."""

    day: date
    source: Text

    @property
    def ago(self) -> Text:
        """How long that is ago."""
        return dates.ago(self.day)


def freshness_of(persons: Iterable[int]) -> dict[int, dict[str, Fresh]]:
    """When each field of each of these people was last confirmed, by person and field; what nobody confirmed is absent."""
    found: dict[int, dict[str, Fresh]] = {}
    rows = Confirmation.objects.filter(person__in=list(persons)).values_list("person_id", "field", "on", "source")
    for person, field, day, source in rows:
        found.setdefault(person, {})[field] = Fresh(day, registry.SOURCES[source])
    return found


FILE = """
SELECT (SELECT jsonb_object_agg(field, masked ORDER BY field) FROM people_sealed WHERE person_id = %(person)s),
       (SELECT jsonb_object_agg(field, jsonb_build_array("on", source)) FROM people_confirmation WHERE person_id = %(person)s)
"""


def on_file(person: Person) -> tuple[dict[str, str], dict[str, Fresh]]:
    """What is sealed about a person, with its masks, and how fresh each field is; only inside the transaction's scope."""
    with connection.cursor() as cursor:
        cursor.execute(FILE, {"person": person.pk})
        masked, confirmed = ({} if told is None else json.loads(told) for told in cursor.fetchone())
    fresh = {field: Fresh(date.fromisoformat(day), registry.SOURCES[source]) for field, (day, source) in confirmed.items()}
    return dict(sorted(masked.items())), fresh
