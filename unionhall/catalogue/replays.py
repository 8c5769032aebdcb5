"""Loading and clearing replays: a published year, built in volume by the same actions that people use.

A replay stands on its own root and is marked as invented, so its figures never mix with a real federation's. Clearing
cuts nothing out of the books: each entry of the replay gets its counter-entry, then its records are removed; the audit
trail keeps what was done and says that the world was cleared.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import connection, models, transaction

from unionhall.catalogue import stage
from unionhall.kernel.access import actions as access
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger import actions as books
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger import registry as countable
from unionhall.kernel.ledger.facts import Indicator, Scope, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import queries as people
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes import queries as worlds
from unionhall.kernel.programmes import registry
from unionhall.kernel.programmes.models import World
from unionhall.lib.refusal import Conflict, NotVisible, Refused
from unionhall.lib.text import Text

KEPT_APPS = frozenset({"audit", "ledger"})
ALWAYS = date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load built: the replay, its root, how many acts were played, and the account through which it is seen."""

    name: str
    root: str
    acts: int
    username: str
    password: str


@transaction.atomic
def load(name: str, *, rooms: Collection[str] | None = None) -> Loaded:
    """Build a replay, whole or not at all, or the parts of some rooms alone.

    Raises NotVisible (no such replay), Conflict (loaded already), Refused (no room counts a figure of it).
    """
    told = stage.play(name)
    parts = {room: part for room, part in registry.replay_parts(told.name).items() if rooms is None or room in rooms}
    if not parts:
        raise Refused(
            Text(
                f"还没有模块计算“{told.name}”的数字，暂不能重现。",
                f"No room counts a figure of “{told.name}” yet; it cannot be replayed.",
            )
        )
    if World.objects.filter(kind=World.REPLAY, name=told.name).exists():
        raise Conflict(
            Text(f"“{told.name}”已经装入，如需重建请先清除。", f"“{told.name}” is loaded already; clear it first to build it anew.")
        )
    access.load_roles()
    programmes.load_catalogue()
    built = stage.build(told)
    for room in sorted(parts):
        parts[room](built)
    played = built.perform()
    account, password = access.open_account(built.clerk, username=f"replay.{told.name.lower()}", by=None)
    return Loaded(told.name, told.root, played, account.username, password)


@transaction.atomic
def clear(name: str) -> dict[str, int]:
    """Take a replay out of the house; returns how many records of each kind were removed.

    Raises NotVisible where it is not loaded, and Refused where a record outside it refers to it: then nothing changed.
    """
    told = stage.play(name)
    world = World.objects.select_for_update(of=("self",)).select_related("root").filter(kind=World.REPLAY, name=told.name).first()
    if world is None:
        raise NotVisible(Text(f"“{told.name}”没有装入。", f"“{told.name}” is not loaded."))
    reversed_entries = take_back(world.root)
    with access.sealed_scope(people.house(), "people.see"):  # what is sealed of invented people goes as well
        gone = remove(world.root)
    cache.delete(worlds.WORLDS)
    audit.record(
        None,
        "programmes.world_cleared",
        f"programmes.world:{world.pk}",
        name=told.name,
        path=world.org_path,
        reversed=reversed_entries,
    )
    return gone


def take_back(root: Organization) -> int:
    """Give every entry of the subtree its counter-entry; returns how many were added."""
    added = 0
    for fact in countable.facts():
        every = Indicator(f"{fact.code}.every", fact.name, "sum", fact)
        behind = ledger.entries_behind(every, Scope(root), Window(None, ALWAYS)).filter(reversal_of=None)
        sources = behind.order_by().values_list("source_kind__label", "source_id").distinct()
        for kind, number in list(sources):
            added += books.reverse(f"{kind}:{number}", fact=fact)
    return added


def remove(root: Organization) -> dict[str, int]:
    """Delete the root, everything below it and every record that hangs on them, but for the books and the trail."""
    low, high = root.path, root.path[:-1] + chr(ord(root.path[-1]) + 1)
    kinds = [model for model in apps.get_models() if model._meta.managed and model._meta.app_label not in KEPT_APPS]
    doomed: dict[type[models.Model], set[Any]] = {
        Organization: set(Organization.objects.filter(path__gte=low, path__lt=high).values_list("pk", flat=True))
    }
    grown = True
    while grown:
        grown = False
        for model in kinds:
            found = set(_hanging(model, doomed)) - doomed.get(model, set())
            if found:
                _refuse_outside(model, found, low, high)
                doomed.setdefault(model, set()).update(found)
                grown = True
    with connection.cursor() as cursor:
        # The last found hang on the first found; the fence around sealed values asks for the person, who therefore goes later.
        for model, ids in reversed(doomed.items()):
            table, column = (connection.ops.quote_name(word) for word in (model._meta.db_table, str(model._meta.pk.column)))
            cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [list(ids)])
    return {model._meta.label: len(ids) for model, ids in sorted(doomed.items(), key=lambda one: one[0]._meta.label)}


def _hanging(model: type[models.Model], doomed: dict[type[models.Model], set[Any]]) -> Iterable[Any]:
    rows = model._base_manager
    names = {field.name for field in model._meta.concrete_fields}
    for field in model._meta.concrete_fields:
        above = field.related_model if isinstance(field, models.ForeignKey) else None
        if above in doomed:
            yield from rows.filter(**{f"{field.name}__in": doomed[above]}).values_list("pk", flat=True)
    if {"record_kind", "record_id"} <= names:
        for other, ids in list(doomed.items()):
            for label in (other._meta.label, other._meta.label_lower):
                yield from rows.filter(record_kind=label, record_id__in=ids).values_list("pk", flat=True)


def _refuse_outside(model: type[models.Model], ids: set[Any], low: str, high: str) -> None:
    if "org_path" not in {field.name for field in model._meta.concrete_fields}:
        return
    outside = model._base_manager.filter(pk__in=ids).exclude(org_path__gte=low, org_path__lt=high)
    if outside.exists():
        name = model._meta.label
        raise Refused(
            Text(f"外部记录（{name}）引用了这份重现，不能清除。", f"A record outside ({name}) refers to this replay; it stays.")
        )
