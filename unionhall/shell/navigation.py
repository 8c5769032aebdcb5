"""The registry of the menu: nine first-level areas, the 16 domains under them, and what the rooms hang there.

A room registers in its `apps.py`: `navigation.register(Item("issues.list", Text("问题清单", "Issues"),
url_name="issues:desk-list", domain="execution", permission="issues.see", order=10, icon="list-check"))`.
The code starts with the room's name; the room's README names each code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse

from unionhall.lib.text import Text
from unionhall.shell import gate


@dataclass(frozen=True, slots=True)
class Area:
    """A first-level item of the menu. More than nine are refused by a test: people stop reading."""

    code: str
    label: Text
    icon: str
    domains: tuple[str, ...]


DOMAINS: dict[str, Text] = {
    "org_building": Text("组织建设", "Organisation"),
    "membership": Text("会员", "Members"),
    "cadre": Text("干部队伍", "Cadres"),
    "publicity": Text("宣传思想", "Publicity"),
    "party_building": Text("党的建设", "Party building"),
    "execution": Text("工作落实", "Follow-through"),
    "assistance": Text("困难帮扶", "Assistance"),
    "employment": Text("就业创业", "Employment"),
    "rights": Text("权益维护", "Rights"),
    "labour_relations": Text("劳动关系", "Labour relations"),
    "contest_innovation": Text("竞赛创新", "Contests and innovation"),
    "honours": Text("劳模荣誉", "Honours"),
    "facilities": Text("服务阵地", "Service sites"),
    "wellbeing": Text("职工福祉", "Well-being"),
    "funds": Text("经费资产", "Funds"),
    "portal_feedback": Text("诉求反馈", "Requests and feedback"),
}

AREAS: tuple[Area, ...] = (
    Area("desk", Text("工作台", "Desk"), "layout-dashboard", ("desk",)),
    Area("follow", Text("督办", "Follow-up"), "checklist", ("execution",)),
    Area("union", Text("组织", "Unions"), "sitemap", ("organizations", "org_building", "cadre", "party_building")),
    Area("members", Text("会员", "Members"), "users", ("people", "membership", "wellbeing")),
    Area("aid", Text("帮扶", "Aid"), "heart-handshake", ("assistance", "employment")),
    Area("rights", Text("维权", "Rights"), "scale", ("rights", "labour_relations", "portal_feedback")),
    Area("activity", Text("活动", "Activities"), "trophy", ("publicity", "contest_innovation", "honours")),
    Area("sites", Text("阵地", "Sites"), "building-community", ("facilities", "funds")),
    Area("settings", Text("设置", "Settings"), "settings", ("settings",)),
)
PERSONAL = "person"  # the domain of items that lie in the menu behind one's own name


@dataclass(frozen=True, slots=True)
class Item:
    """One door in the menu. `count` answers with the number of open things behind it (0 shows nothing)."""

    code: str
    label: Text
    url_name: str
    domain: str
    permission: str | None
    order: int = 100
    icon: str = "point"
    count: Callable[[HttpRequest], int] | None = None

    def url(self) -> str | None:
        """The address, or None while the door is not wired into the house."""
        return _address(self.url_name, settings.ROOT_URLCONF, get_script_prefix())


@dataclass(frozen=True, slots=True)
class Link:
    """An item as one person sees it on one page."""

    item: Item
    url: str
    current: bool
    count: int


@dataclass(frozen=True, slots=True)
class Section:
    """An area with what the person may use in it."""

    area: Area
    links: list[Link]
    current: bool


@cache
def _address(url_name: str, _urlconf: str, _prefix: str) -> str | None:
    """Found once in a process for each house of addresses: the menu stands on every page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


_items: dict[str, Item] = {}
_tools: dict[str, Item] = {}


def register(item: Item) -> None:
    """Hang an item into the menu; raises ValueError for a second item of one code or an unknown domain."""
    known = {domain for area in AREAS for domain in area.domains} | {PERSONAL}
    if item.domain not in known:
        raise ValueError(f"{item.code}: no domain {item.domain!r} in the menu")
    if _items.get(item.code, item) != item:
        raise ValueError(f"{item.code} is registered twice")
    _items[item.code] = item


def register_tool(item: Item) -> None:
    """Put an item with its count into the header, beside the search box (tasks, messages)."""
    _tools[item.code] = item


def items() -> list[Item]:
    """Every registered item, tools included, in order."""
    return sorted([*_items.values(), *_tools.values()], key=lambda item: (item.order, item.code))


def menu(request: HttpRequest) -> list[Section]:
    """The areas with at least one door that this person may open."""
    links = _links(request, _items.values())
    sections = []
    for area in AREAS:
        rank = {domain: place for place, domain in enumerate(area.domains)}
        inside = [link for link in links if link.item.domain in rank]
        inside.sort(key=lambda link: (rank[link.item.domain], link.item.order, link.item.code))
        if inside:
            sections.append(Section(area, inside, any(link.current for link in inside)))
    return sections


def personal(request: HttpRequest) -> list[Link]:
    """The items behind one's own name."""
    return [link for link in _links(request, _items.values()) if link.item.domain == PERSONAL]


def tools(request: HttpRequest) -> list[Link]:
    """The counted items of the header."""
    return _links(request, _tools.values())


def _links(request: HttpRequest, candidates: object) -> list[Link]:
    may = gate.current().may
    found: list[tuple[Item, str]] = []
    for item in sorted(candidates, key=lambda item: (item.order, item.code)):  # type: ignore[call-overload]
        url = item.url()
        if url is not None and (item.permission is None or may(request, item.permission)):
            found.append((item, url))
    here = max((url for _item, url in found if request.path.startswith(url)), key=len, default="")
    return [Link(item, url, url == here, item.count(request) if item.count else 0) for item, url in found]
