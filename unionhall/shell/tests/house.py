"""A house of one frame: addresses, a gate and rows for the shell's own tests."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused
from unionhall.lib.text import Text
from unionhall.shell import doors, gate, navigation, paging, search
from unionhall.shell.components import Act, Event, Tab, TaskLine
from unionhall.shell.forms import DayField, PickCodeField, TidyField
from unionhall.shell.render import render

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Somebody:
    name: str
    permissions: frozenset = frozenset()


CLERK = Somebody("张敏", frozenset({"issues.see", "issues.dispatch"}))
STRANGER = Somebody("路人")


@dataclass(frozen=True)
class Row:
    pk: int
    reference: str
    title: str
    source: str
    due: date | None
    light: str
    left: str
    people: int
    state: str
    kind: str
    fresh: bool = False


def rows(count: int) -> list[Row]:
    titles = ["欠薪求助：十四名装修工人三个月工资未发", "非公企业建会资料不全", "户外劳动者站点饮水机损坏", "职工之家活动室被占用"]
    lights = [("late", "超期 2 日"), ("soon", "剩 1 个工作日"), ("ok", "剩 6 个工作日"), ("paused", "待补正"), ("none", "")]
    states = [("待派单", "soon"), ("办理中", "info"), ("已销号", "ok"), ("草稿", "plain")]
    made = []
    for place in range(count):
        light, left = lights[place % 5]
        state, kind = states[place % 4]
        due = None if light == "none" else date(2025, 11, 18 + place % 9)
        title, source = titles[place % 4], ["12351 热线", "城关镇总工会", "调研", "自查"][place % 4]
        made.append(
            Row(place + 1, f"WT-2025-{231 + place:04}", title, source, due, light, left, place * 7, state, kind, place == 1)
        )
    return made


class FilterForm(forms.Form):
    q = forms.CharField(label="关键词", required=False)
    unit = PickCodeField("test.units", label="单位（含下级）", required=False, recents=lambda: [("1", "城关区总工会")])
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), ("open", "办理中"), ("closed", "已销号")])
    since = DayField(label="登记起", required=False)
    until = DayField(label="登记止", required=False)
    source = forms.CharField(label="来源", required=False)
    joint = forms.BooleanField(label="联合办理", required=False)


class IssueForm(forms.Form):
    title = TidyField(label="问题", help_text="一句话说清楚什么地方、什么问题", max_length=40)
    unit = PickCodeField("test.units", label="责任单位", recents=lambda: [("1", "城关区总工会"), ("2", "建筑行业工会联合会")])
    due = DayField(label="办结期限")
    people = forms.IntegerField(label="涉及人数", required=False, min_value=0)
    grade = forms.ChoiceField(label="等级", widget=forms.RadioSelect, choices=[("a", "重大"), ("b", "较大"), ("c", "一般")])
    sources = forms.MultipleChoiceField(
        label="来源", widget=forms.CheckboxSelectMultiple, choices=[("self", "自查"), ("visit", "调研"), ("check", "督查")]
    )
    text = forms.CharField(label="情况", widget=forms.Textarea, help_text="保留原话")
    secret = forms.BooleanField(label="来访人要求保密", required=False)


def _page(request: HttpRequest, file: str, context: dict, status: int = 200) -> HttpResponse:
    template = engines["django"].from_string((HERE / file).read_text(encoding="utf-8"))
    return HttpResponse(template.render(context, request), status=status)


@doors.page(permission="issues.see", methods=("GET", "POST"))
def gallery(request: HttpRequest) -> HttpResponse:
    at = datetime(2025, 11, 18, 1, 30, tzinfo=UTC)
    doors.told(request, "已派给城关区总工会，11-28 前办结", undo="/told/")
    context = {
        "page": paging.page_of(request, rows(310)),
        "filter_form": FilterForm(request.GET),
        "acts": [Act("派单", "/bulk/", "send"), Act("催办", "/bulk/", "bell"), Act("作废", "/bulk/", "trash", danger=True)],
        "tabs": [
            Tab("我的待办", "?tab=mine", current=True, count=12),
            Tab("超期", "?tab=late", count=2, light="late"),
            Tab("我派出的", "?tab=sent", count=9),
            Tab("草稿", "?tab=drafts", count=0),
            Tab("已办", "?tab=done"),
        ],
        "events": [
            Event(at, "王强", "退回", "非本级管辖，建议转建筑行业工会", "城关镇总工会", light="late"),
            Event(at, "张敏", "派单", unit="城关区总工会"),
            Event(at, "张敏", "受理", unit="城关区总工会"),
        ],
        "tasks": [
            TaskLine("管理员", "/", "done"),
            TaskLine("单位与标识", "/", "current"),
            TaskLine("组织导入", "/", "open", "约 5 分钟"),
            TaskLine("试用数据", "/", "blocked", "先导入组织"),
        ],
    }
    return _page(request, "gallery.html", context)


@doors.page(permission="issues.dispatch", methods=("GET", "POST"))
def form(request: HttpRequest) -> HttpResponse:
    bound = IssueForm(request.POST or None)
    if request.method == "POST" and bound.is_valid():
        doors.attempt(bound, _refuse)
    status = doors.status(bound) if bound.is_bound and bound.errors else 200
    return _page(request, "gallery_form.html", {"form": bound, "page_failed": status == 422}, status)


def _refuse() -> None:
    raise Refused("办结期限不能早于今天", field="due")


@doors.page(public=True)
def refusing(request: HttpRequest, kind: str) -> HttpResponse:
    kinds = {"refused": Refused, "absent": NotVisible, "denied": Denied, "conflict": Conflict}
    raise kinds[kind](f"这里是 {kind} 的原因")


@doors.page(public=True)
def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse(1 // 0)


@doors.page(signed_in=True, methods=("POST",))
def told(request: HttpRequest) -> HttpResponse:
    doors.told(request, "已撤销")
    return doors.go(request, "/gallery/")


@doors.page(permission="issues.see")
def paper(request: HttpRequest) -> HttpResponse:
    return _page(request, "gallery_print.html", {"rows": rows(90)})


@doors.page(signed_in=True)
def plain(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/search.html", {"text": "zs", "found": search.everywhere(request, "zs")})


def units(request: HttpRequest, text: str) -> list[search.Hit]:
    known = [("1", "城关区总工会", "示范市"), ("2", "城关镇总工会", "城关区"), ("3", "建筑行业工会联合会", "示范市")]
    return [search.Hit(label, value, f"/units/{value}", place) for value, label, place in known if text in label]


def person(request: HttpRequest) -> Somebody | None:
    """The header or cookie `who` says who knocks."""
    return {"clerk": CLERK, "stranger": STRANGER}.get(request.headers.get("Who") or request.COOKIES.get("who", ""))


def may(request: HttpRequest, permission: str) -> bool:
    return permission in person(request).permissions


GATE = gate.Gate(
    may=may,
    person=person,
    unit=lambda request: "城关区总工会" if person(request) else None,
    units=lambda request: [gate.Unit("2", "城关镇总工会", "城关区")],
)
ITEMS = [
    navigation.Item("test.desk", Text("我的工作台", "My desk"), "plain", "desk", None, 1, "home"),
    navigation.Item("test.list", Text("问题清单", "Issues"), "gallery", "execution", "issues.see", 1, count=lambda request: 12),
    navigation.Item("test.form", Text("登记问题", "Register"), "form", "execution", "issues.dispatch", 2),
    navigation.Item("test.closed", Text("不给看", "Hidden"), "told", "funds", "funds.see", 2),
    navigation.Item("test.units", Text("组织机构", "Units"), "refusing-units", "organizations", None, 2),
]

urlpatterns = [
    path("frame/", include("unionhall.shell.urls")),
    path("gallery/", gallery, name="gallery"),
    path("form/", form, name="form"),
    path("refusing/<str:kind>", refusing, name="refusing"),
    path("broken/", broken, name="broken"),
    path("told/", told, name="told"),
    path("paper/", paper, name="paper"),
    path("", plain, name="plain"),
]
handler400 = "unionhall.shell.doors.bad_request"
handler403 = "unionhall.shell.doors.forbidden"
handler404 = "unionhall.shell.doors.not_found"
handler500 = "unionhall.shell.doors.server_error"
