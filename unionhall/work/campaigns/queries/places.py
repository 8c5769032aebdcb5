"""Where a visit or session took place, worked out from what the house knows, and what a programme calls its forms."""

from collections.abc import Iterable, Mapping, Sequence

from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.programmes.models import Programme
from unionhall.lib.text import Text
from unionhall.work.campaigns import registry
from unionhall.work.campaigns.rules import Stopped

Areas = Mapping[int, tuple[int, str]]


def areas(acting: Organization, stops: Iterable[Stopped]) -> Areas:
    """For each unit visited below the acting one: the branch of the tree right below the acting unit, and its kind."""
    wanted = {stop.unit_id for stop in stops if stop.unit_id and not stop.area_id}
    if not wanted:
        return {}
    end = len(acting.path) + tree.STEP
    heads = {
        pk: path[:end]
        for pk, path in Organization.objects.filter(pk__in=wanted, path__startswith=acting.path).values_list("pk", "path")
        if len(path) >= end
    }
    above = {one.path: one for one in Organization.objects.filter(path__in=set(heads.values()))}
    return {pk: (above[path].pk, area_kind(above[path])) for pk, path in heads.items() if area_kind(above[path])}


def area_kind(unit: Organization) -> str:
    """How an area counts: as a city, a county, an industry; empty for anything else."""
    kind = "industry" if unit.kind == "industry" else unit.level
    return kind if kind in registry.AREAS else ""


def with_areas(acting: Organization, stops: Sequence[Stopped], known: Areas | None = None) -> list[Stopped]:
    """The stops with the area of each filled in where it follows from the unit visited."""
    found = areas(acting, stops) if known is None else known
    if not found:
        return list(stops)
    return [
        stop._replace(area_id=found[stop.unit_id][0], area_kind=found[stop.unit_id][1])
        if stop.unit_id is not None and stop.unit_id in found and not stop.area_id
        else stop
        for stop in stops
    ]


def forms_of(programme: Programme) -> dict[str, Text]:
    """The forms of activity that a programme has, by code, in its order."""
    named = programme.option("campaigns", "kinds") or []
    return {str(one["code"]): Text(str(one["zh"]), str(one["en"])) for one in named}  # type: ignore[attr-defined]


def form_names() -> dict[str, object]:
    """What every form of every programme is called, by code: for naming what figures are cut by; one query."""
    found: dict[str, object] = {"": Text("未注明", "Not stated")}
    for programme in Programme.objects.filter(rooms__contains=["campaigns"]).only("options"):
        found |= forms_of(programme)
    return found


def recipients_of(programme: Programme) -> dict[str, Text]:
    """Whom a programme visits: what its entry names, else everybody whom the room knows."""
    named = programme.option("campaigns", "recipients") or []
    codes = [str(one["code"]) for one in named]  # type: ignore[attr-defined]
    return {code: registry.RECIPIENTS[code] for code in codes if code in registry.RECIPIENTS} or dict(registry.RECIPIENTS)
