"""The registries of the hall (职工端): what rooms offer to workers on their phones.

All addresses of the hall begin with `/hall/`; whoever is not signed in there is led to the worker's own entrance. A room
registers in its `apps.py`:

    hall.register_service(Service("campaigns.events", Text("活动", "Events"), "campaigns:hall-events", "calendar-event", 20))
    hall.register_matters(MatterSource("campaigns.signups", Later("unionhall.work.campaigns.hall.matters")))
    hall.register_events(EventSource("campaigns.events", Later("unionhall.work.campaigns.hall.coming")))

`show(request)`, `fill(request)` and `fill(request, limit)` are doors' functions: they may ask queries, and see
`request.person` (None for a visitor who has not signed in).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from unionhall.lib.later import Later
from unionhall.lib.text import Text
from unionhall.shell import gate

PREFIX = "/hall/"
FIRST_LARGE = 3  # services that stand as large cards in elder mode, beside one-tap help; the others follow under "more"


@dataclass(frozen=True, slots=True)
class Service:
    """A tile on the hall's home: what a worker can do here. `url_name` needs no arguments.

    `signed_in` says that the page asks who it is; the tile is shown to everybody, the way leads over the entrance.
    `show(request) -> bool` takes the tile away for those whom the service does not concern.
    """

    code: str
    label: Text
    url_name: str
    icon: str
    order: int = 100
    show: Later | Callable[[HttpRequest], bool] | None = None
    hint: Text | None = None

    @property
    def url(self) -> str:
        """Where the tile leads."""
        return reverse(self.url_name)


@dataclass(frozen=True, slots=True)
class Matter:
    """Something of the worker's own on its way: an application, a request, a sign-up.

    `light` is one of late soon ok paused none; `waits` means that the worker has to do something now.
    """

    reference: str
    title: str
    state: str
    light: str = "none"
    since: date | None = None
    due: date | None = None
    url: str = ""
    done: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class MatterSource:
    """A room that knows matters of the worker: `fill(request) -> list[Matter]`."""

    code: str
    fill: Later | Callable[[HttpRequest], Sequence[Matter]]


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event to come: `left` is how many places are free (None: not limited), `opens` when sign-up begins."""

    title: str
    url: str
    begins: datetime | None = None
    place: str = ""
    left: int | None = None
    opens: datetime | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class EventSource:
    """A room that knows events: `fill(request, limit) -> list[EventLine]`, the next ones first."""

    code: str
    fill: Later | Callable[[HttpRequest, int], Sequence[EventLine]]


@dataclass(frozen=True, slots=True)
class Rated:
    """One finished service that a worker may rate: what, by whom, when."""

    record: str
    title: str
    organization: Any
    person_id: int
    finished: date | None = None


@dataclass(frozen=True, slots=True)
class RatedKind:
    """A kind of record ("issues.issue") that workers rate: `find(id) -> Rated | None`, None while it is not finished."""

    kind: str
    label: Text
    find: Later | Callable[[int], Rated | None]


Entry = TypeVar("Entry", Service, MatterSource, EventSource, RatedKind)

_services: dict[str, Service] = {}
_ways: dict[str, Service] = {}
_steps: dict[str, Service] = {}
_entrance: list[str] = []
_keepers: list[Later | Callable[[HttpRequest, bool], None]] = []
_matters: dict[str, MatterSource] = {}
_events: dict[str, EventSource] = {}
_rated: dict[str, RatedKind] = {}
_messages: dict[str, str] = {}


def _keep(book: dict[str, Entry], code: str, entry: Entry) -> None:
    if book.setdefault(code, entry) != entry:
        raise ValueError(f"{code} is registered twice in the hall")


def register_service(service: Service) -> None:
    """Add a tile; raises ValueError for a second service of one code."""
    _keep(_services, service.code, service)


def register_way(way: Service) -> None:
    """Add one of the few ways that stand at the foot of every page of the hall; the first is its home."""
    _keep(_ways, way.code, way)


def register_newcomer_step(step: Service) -> None:
    """Add what somebody can do whose phone is on no roll yet: join a union, for example."""
    _keep(_steps, step.code, step)


def register_entrance(url_name: str) -> None:
    """Say where workers sign in; the last one registered counts."""
    _entrance[:] = [url_name]


def register_keeper(keep: Later | Callable[[HttpRequest, bool], None]) -> None:
    """Say who remembers beyond the browser that somebody chose the elder mode: `keep(request, on)`."""
    if keep not in _keepers:
        _keepers.append(keep)


def register_matters(source: MatterSource) -> None:
    """Add a source of "my matters"; raises ValueError for a second one of one code."""
    _keep(_matters, source.code, source)


def register_events(source: EventSource) -> None:
    """Add a source of events to come; raises ValueError for a second one of one code."""
    _keep(_events, source.code, source)


def register_message(kind: str, url_name: str) -> None:
    """Say where a notice of a kind leads the person who was told it: a page of the hall with the record's id as its argument."""
    if _messages.setdefault(kind, url_name) != url_name:
        raise ValueError(f"notices {kind} lead to two pages of the hall")


def message_page(kind: str, record_id: int) -> str:
    """Where a notice leads in the hall; "" where nowhere."""
    return reverse(_messages[kind], args=[record_id]) if kind in _messages else ""


def register_rated(kind: RatedKind) -> None:
    """Let workers rate finished records of a kind; raises ValueError for a second registration of one kind."""
    _keep(_rated, kind.kind, kind)


def services(request: HttpRequest) -> list[Service]:
    """The tiles for whoever looks, in order."""
    known = sorted(_services.values(), key=lambda one: (one.order, one.code))
    return [one for one in known if one.show is None or one.show(request)]


def ways() -> list[Service]:
    """What stands at the foot of every page, in order."""
    return sorted(_ways.values(), key=lambda one: (one.order, one.code))


def newcomer_steps(request: HttpRequest) -> list[Service]:
    """What somebody can do whom the unions do not know yet."""
    known = sorted(_steps.values(), key=lambda one: (one.order, one.code))
    return [one for one in known if one.show is None or one.show(request)]


def home() -> str:
    """The address of the hall's first page, "/" where no room brings one."""
    known = ways()
    return known[0].url if known else "/"


def codes() -> list[str]:
    """The code of everything registered here, for the test that reads the rooms' READMEs."""
    return sorted({*_services, *_ways, *_steps, *_matters, *_events})


def icons() -> set[str]:
    """The icons that tiles and ways ask for."""
    return {one.icon for one in [*_services.values(), *_ways.values(), *_steps.values()]}


def matters(request: HttpRequest) -> list[Matter]:
    """Everything of the worker's own: what waits for them first, then open by due day, then what is done, newest first."""
    if gate.current().person(request) is None:
        return []
    found = [matter for source in _matters.values() for matter in source.fill(request)]
    last = date.max.toordinal()
    found.sort(key=lambda one: -(one.since or date.min).toordinal())
    found.sort(key=lambda one: (one.done, not one.waits, one.due.toordinal() if one.due and not one.done else last))
    return found


def events(request: HttpRequest, limit: int = 3) -> list[EventLine]:
    """The next events of all rooms, by their beginning."""
    found = [line for source in _events.values() for line in source.fill(request, limit)]
    return sorted(found, key=lambda line: (line.begins is None, line.begins or 0, line.title))[:limit]


def rated(kind: str) -> RatedKind | None:
    """The registration of a kind that workers rate."""
    return _rated.get(kind)


def is_hall(request: HttpRequest) -> bool:
    """Whether an address belongs to the workers' hall."""
    return request.path.startswith(PREFIX)


def is_easy(request: HttpRequest) -> bool:
    """Whether the elder mode is on: by this browser's cookie, else as the account keeps it."""
    chosen = request.COOKIES.get("easy")
    if chosen in {"on", "off"}:
        return chosen == "on"
    return bool(getattr(getattr(request, "user", None), "easy_mode", False))


def keep_easy(request: HttpRequest, on: bool) -> None:
    """Tell those who remember it that the elder mode was switched."""
    for keep in _keepers:
        keep(request, on)


def entrance() -> str:
    """The url name of the worker's own sign-in; the staff's where no room brings one."""
    return _entrance[0] if _entrance else str(settings.LOGIN_URL)
