"""Two files of one person made one, with a choice for each field, and taken back again.

Nothing is deleted: values that were chosen from the file that closes change places with those of the file that stays, and every
record that names the person as its subject goes along. So the same steps backwards restore both.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta

from django.db import DatabaseError, connection, models, transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people import access, registry, rules
from unionhall.kernel.people.actions import _data_key, _locked, _replace_sealed, stored
from unionhall.kernel.people.models import Confirmation, Consent, Kind, Merger, Pair, Person, Sealed, Standing
from unionhall.lib import clock, dates
from unionhall.lib.keyring import Keyring
from unionhall.lib.refusal import Conflict, NotVisible, Refused

UNDO_DAYS = 30
PLAIN = {
    "name": ("name", "name_pinyin", "name_initials", "name_keys"),
    "sex": ("sex",),
    "birth": ("birth",),
    "id_number": ("id_last4", "id_blind"),
    "phone": ("phone_last4", "phone_blind"),
    "home": ("home_id", "org_path"),
}
GIVEN_BY_NUMBER = {"sex", "birth"}
SUBJECTS = frozenset({"person", "payee", "head", "concerns"})  # columns that say whom a record is about; who acted stays as it was
OWN = frozenset({"people", "access", "audit"})
FOLLOWING = (Standing, Consent)


@sensitive_variables()
@transaction.atomic
def merge(
    *,
    by: Person | None,
    kept: Person,
    gone: Person,
    fields: Collection[str] = (),
    wishes: Mapping[str, str] | None = None,
    reason: str,
) -> Merger:
    """Close `gone` as a double of `kept`; `fields` names what is taken from the file that closes.

    Raises Refused without a reason, for a choice that contradicts itself or a file that must stay open, Conflict for a file that
    is merged already, NotVisible outside the scope.
    """
    if not reason.strip():
        raise Refused(_("Say by what you know that this is one person."), field="reason")
    kept, gone = _both(kept, gone)
    if barred := registry.bars(gone):
        raise Refused("; ".join(str(one) for one in barred))
    ring, taken = access.keys(), {*fields} | (GIVEN_BY_NUMBER if "id_number" in fields else set())
    with access.fence(by, "people.correct"):
        for person in (kept, gone):
            if not access.in_scope(person):
                raise NotVisible(_("There is no such person here."))
        swapped = sorted(taken & {*PLAIN, *sealed_of(kept), *sealed_of(gone)})
        _exchange(kept, gone, swapped, ring)
        _check(kept, ring)
    rooms = {code: dict(one.merge(kept, gone, by=by, wishes=dict(wishes or {}))) for code, one in registry.followers().items()}
    moved, stayed = _move(kept, gone)
    Person.objects.filter(pk=gone.pk).update(merged_into=kept)
    merger = Merger.objects.create(
        kept=kept, gone=gone, by=by, at=clock.now(), reason=reason.strip(), swapped=swapped, moved=moved, stayed=stayed, rooms=rooms
    )
    _decide(kept, gone, Pair.Verdict.MERGED, by, reason)
    counted = {place: len(rows) for place, rows in moved.items()}
    audit.record(by, "people.merged", kept, reason=reason, gone=gone.pk, fields=swapped, moved=counted)
    return merger


def _both(kept: Person, gone: Person) -> tuple[Person, Person]:
    """Both files, locked in the order of their numbers."""
    if kept.pk == gone.pk:
        raise Refused(_("These are the same file."))
    locked = {one.pk: one for one in (_locked(each) for each in sorted((kept, gone), key=lambda each: each.pk))}
    if any(one.merged_into_id for one in locked.values()):
        raise Conflict(_("One of the two was merged already. Reload the page."))
    return locked[kept.pk], locked[gone.pk]


def sealed_of(person: Person) -> list[str]:
    """Which sealed fields a file has; only inside the transaction's scope."""
    return sorted(Sealed.objects.filter(person=person).values_list("field", flat=True))


@sensitive_variables()
def _exchange(kept: Person, gone: Person, fields: Collection[str], ring: Keyring) -> None:
    """Let the values of both files change places, sealed ones under the other's key."""
    names = [name for field in fields for name in PLAIN.get(field, ())]
    theirs = {name: (getattr(gone, name), getattr(kept, name)) for name in names}
    if "id_number" in fields:  # a number stands once in the house, at every moment
        Person.objects.filter(pk=gone.pk).update(id_blind=None)
    for person, place in ((kept, 0), (gone, 1)):
        for name, values in theirs.items():
            setattr(person, name, values[place])
        if names:
            person.save(update_fields=[name.removesuffix("_id") for name in names])
    sealed = [field for field in fields if field in {*sealed_of(kept), *sealed_of(gone)}]
    told = {person.pk: {field: stored(person, field, ring) for field in sealed} for person in (kept, gone)}
    for person, other in ((kept, gone), (gone, kept)):
        _replace_sealed(person, told[other.pk], ring)
    confirmed = list(Confirmation.objects.filter(person__in=[kept, gone], field__in=fields))
    Confirmation.objects.filter(pk__in=[one.pk for one in confirmed]).delete()
    for one in confirmed:  # what was confirmed is the value, so it goes where the value goes
        one.person_id = gone.pk if one.person_id == kept.pk else kept.pk
    Confirmation.objects.bulk_create(confirmed)


@sensitive_variables()
def _check(kept: Person, ring: Keyring) -> None:
    """What was put together must be one person's: raises Contradiction."""
    _data_key(kept, ring)
    rules.check(
        name=kept.name,
        sex=kept.sex,
        birth=kept.birth,
        id_number=stored(kept, "id_number", ring),
        mobile=stored(kept, "phone", ring),
        sealed={},
    )


def _places() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of the house that names a person as the subject of a record."""
    for relation in Person._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.field.name in SUBJECTS:
            model = relation.related_model
            if isinstance(model, type) and (model._meta.app_label not in OWN or model in FOLLOWING):
                yield model, relation.field.name


def _move(kept: Person, gone: Person) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Let the records follow; those that the database refuses, because the one that stays has the like, stay and are named."""
    moved: dict[str, list[int]] = {}
    stayed: dict[str, list[int]] = {}
    for model, column in _places():
        place = f"{model._meta.label_lower}.{column}"
        for pk in model._base_manager.filter(**{column: gone}).order_by("pk").values_list("pk", flat=True):
            went = _repoint(model, column, pk, kept)
            (moved if went else stayed).setdefault(place, []).append(pk)
    _end_doubles(stayed.get("people.standing.person", []))
    return moved, stayed


def _repoint(model: type[models.Model], column: str, pk: int, person: Person) -> bool:
    try:
        with transaction.atomic():
            return bool(model._base_manager.filter(pk=pk).update(**{column: person}))
    except DatabaseError:
        return False


def _end_doubles(standings: Collection[int]) -> None:
    """What the one that stays is already, the closed file is no longer."""
    today = dates.today()
    for one in Standing.objects.filter(pk__in=standings, until=None):
        one.until = max(today, one.since + timedelta(days=1))
        one.save(update_fields=["until"])


def _decide(one: Person, other: Person, verdict: str, by: Person | None, reason: str) -> None:
    first, second = sorted((one.pk, other.pk))
    decided = {
        "verdict": verdict,
        "decided_by": by,
        "decided_at": clock.now() if verdict else None,
        "reason": reason.strip()[:200],
    }
    fresh = {"probability": 1.0, "found_on": dates.today(), **decided}
    Pair.objects.update_or_create(first_id=first, second_id=second, defaults=decided, create_defaults=fresh)


FORGET = """
DELETE FROM people_pair p WHERE p.verdict = '' AND NOT EXISTS (
    SELECT 1 FROM unnest(%s::bigint[], %s::bigint[]) AS found(one, other)
     WHERE found.one = p.first_id AND found.other = p.second_id)
"""
NOTE = """
INSERT INTO people_pair (first_id, second_id, probability, agreed, found_on, verdict, reason)
SELECT one, other, likely, agreed::jsonb, %s, '', ''
  FROM unnest(%s::bigint[], %s::bigint[], %s::float8[], %s::text[]) AS found(one, other, likely, agreed)
    ON CONFLICT (first_id, second_id) DO UPDATE SET probability = excluded.probability, agreed = excluded.agreed
 WHERE people_pair.verdict = ''
"""


@transaction.atomic
def note_pairs(found: Sequence[tuple[int, int, float, str]]) -> int:
    """Keep what a search of the whole registry found, (lower number, higher number, probability, grades as JSON).

    What somebody decided stays decided; open pairs that are no longer alike go. Returns how many are open now.
    """
    ones, others = [row[0] for row in found], [row[1] for row in found]
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [ones, others])
        cursor.execute(NOTE, [dates.today(), ones, others, [row[2] for row in found], [row[3] for row in found]])
    return Pair.objects.filter(verdict="").count()


@transaction.atomic
def tell_apart(*, by: Person | None, one: Person, other: Person, reason: str = "") -> None:
    """Note for good that two files are two persons; no search shows them again. Raises Conflict where they are merged."""
    _both(one, other)
    _decide(one, other, Pair.Verdict.DIFFERENT, by, reason)
    audit.record(by, "people.told_apart", one, reason=reason, other=other.pk)


@sensitive_variables()
@transaction.atomic
def undo(*, by: Person | None, merger: Merger) -> Merger:
    """Separate two files again. Raises Conflict when it was done already or one was erased or merged on, Refused after 30 days."""
    locked = Merger.objects.select_for_update().get(pk=merger.pk)
    if locked.undone_at is not None:
        raise Conflict(_("This was taken back already."))
    if clock.now() - locked.at > timedelta(days=UNDO_DAYS):
        raise Refused(_("After %(days)s days two files stay one.") % {"days": UNDO_DAYS})
    found = Person.objects.select_for_update(of=("self",)).filter(pk__in=[locked.kept_id, locked.gone_id], kind=Kind.PERSON)
    both = {one.pk: one for one in found.order_by("pk")}
    kept, gone = both[locked.kept_id], both[locked.gone_id]
    if kept.erased_at or gone.erased_at or kept.merged_into_id:
        raise Conflict(_("One of the two was erased or merged on since, so they stay one."))
    Person.objects.filter(pk=gone.pk).update(merged_into=None)
    gone.merged_into = None
    with access.fence(by, "people.correct"):
        _exchange(kept, gone, locked.swapped, access.keys())
    columns = {f"{model._meta.label_lower}.{column}": (model, column) for model, column in _places()}
    for place, rows in locked.moved.items():
        model, column = columns[place]
        model._base_manager.filter(pk__in=rows, **{column: kept}).update(**{column: gone})
    for code, one in reversed(registry.followers().items()):
        one.undo(kept, gone, by=by, noted=locked.rooms.get(code, {}))
    locked.undone_at, locked.undone_by = clock.now(), by
    locked.save(update_fields=["undone_at", "undone_by"])
    _decide(kept, gone, Pair.Verdict.OPEN, None, "")
    audit.record(by, "people.unmerged", kept, gone=gone.pk)
    return locked
