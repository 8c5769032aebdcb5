"""Acts on the pages: clicks are few, a double click does nothing twice, and what is refused is said beside its field."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from unionhall.lib import dates
from unionhall.work.issues.models import Issue
from unionhall.work.issues.tests.conftest import figure, fresh


@pytest.fixture
def clerk(cast):
    return cast.client("county_clerk")


def fields(**more):
    return {"title": "书屋图书陈旧", "kind": "poor_sites", "found_on": dates.today(), **more}


def test_a_double_click_registers_once(clerk, cast):
    url = reverse("issues:desk-register")
    answers = [clerk.post(url, fields(once="7d1f")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Issue.objects.count() == 1
    assert figure("issues.identified", cast.county) == 1


def test_the_same_key_for_something_else_is_refused(clerk):
    url = reverse("issues:desk-register")
    clerk.post(url, fields(once="7d1f"))
    assert clerk.post(url, fields(once="7d1f", title="另一项")).status_code == 409
    assert Issue.objects.count() == 1


def test_two_clicks_after_opening_dispatch_to_the_suggested_unit(desk, clerk, cast):
    """Click 1 opens the dispatch page from the list; the suggested unit is chosen already; click 2 sends."""
    issue = desk.issue(area=cast.township)
    listed = clerk.get(reverse("issues:desk-list")).content.decode()
    assert reverse("issues:desk-dispatch", args=[issue.pk]) in listed
    page = clerk.get(reverse("issues:desk-dispatch", args=[issue.pk]))
    chosen = {name: page.context["form"][name].value() for name in ("to", "grade", "version")}
    sent = clerk.post(reverse("issues:desk-dispatch", args=[issue.pk]), chosen)
    assert sent.status_code == 303
    assert [fresh(issue).state, fresh(issue).handler_id] == ["dispatched", cast.township.pk]
    assert reverse("issues:desk-recall", args=[issue.pk]) in clerk.get(sent.headers["Location"]).content.decode()


def test_a_second_dispatch_from_an_old_screen_is_a_conflict(desk, clerk, cast):
    issue = desk.issue()
    sent = [
        clerk.post(
            reverse("issues:desk-dispatch", args=[issue.pk]),
            {"to": 0, "other": unit.pk, "grade": "general", "version": issue.version},
        ).status_code
        for unit in (cast.township, cast.factory)
    ]
    assert sent == [303, 409]
    assert fresh(issue).handler_id == cast.township.pk


def test_twenty_at_once_in_four_clicks(desk, clerk, cast):
    """Tick the page, press dispatch, choose the unit, send: the confirm page repeats the number and three names."""
    ids = [desk.issue(f"问题 {n:02d}").pk for n in range(20)]
    page = clerk.post(reverse("issues:desk-bulk-dispatch"), {"pick": ids})
    assert page.status_code == 200
    assert page.context["confirm"].count == 20
    assert len(page.context["confirm"].samples) == 3
    hidden = {}
    for name, value in page.context["confirm"].hidden:
        hidden.setdefault(name, []).append(value)
    done = clerk.post(
        reverse("issues:desk-bulk-dispatch"), {**hidden, "confirmed": "1", "to": cast.township.pk, "grade": "general"}
    )
    assert [len(done.context["outcome"].done), len(done.context["outcome"].failed)] == [20, 0]
    assert Issue.objects.filter(state="dispatched", handler=cast.township).count() == 20


def test_select_all_is_all_that_match_less_the_unticked(desk, clerk):
    right = [desk.issue(f"加班费 {n}", "rights") for n in range(3)]
    desk.issue("书屋", "poor_sites")
    chosen = {"all": "1", "excluded": [right[0].pk]}
    page = clerk.post(reverse("issues:desk-bulk-supervise") + "?kind=rights", chosen)
    assert page.context["confirm"].count == 2
    clerk.post(reverse("issues:desk-bulk-supervise") + "?kind=rights", {**chosen, "confirmed": "1"})
    assert set(Issue.objects.filter(supervised=True)) == set(right[1:])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=加班", ["加班费"]),
        ("q=0001", []),
        ("kind=rights", ["加班费"]),
        ("state=dispatched", ["书屋"]),
        ("state=open", ["加班费", "书屋"]),
        ("grade=general", ["书屋"]),
        ("light=late", []),
        ("source=research", ["书屋"]),
        ("side=handling&unit={township}", ["书屋"]),
        ("unit={county}&own=on&side=handling", ["加班费"]),
        ("q=红旗街道", ["书屋"]),
        ("sort=found", ["书屋", "加班费"]),
    ],
)
def test_the_list_is_narrowed_by_its_address(desk, clerk, cast, query, expected):
    desk.dispatched(desk.issue("书屋", onto=desk.list(), found_on=dates.today().replace(year=2020)))
    desk.issue("加班费", "rights")
    asked = query.format(township=cast.township.pk, county=cast.county.pk)
    page = clerk.get(f"{reverse('issues:desk-list')}?{asked}")
    assert [row["issue"].title for row in page.context["rows"]] == expected


def test_a_reference_finds_its_issue(desk, clerk):
    issue = desk.issue()
    page = clerk.get(reverse("issues:desk-list"), {"q": issue.reference})
    assert [row["issue"].pk for row in page.context["rows"]] == [issue.pk]


def test_the_export_holds_what_is_filtered_and_says_what_it_is(desk, clerk):
    desk.issue("加班费", "rights")
    desk.issue("=HYPERLINK(1)", "poor_sites")
    book = clerk.get(reverse("issues:desk-export"), {"kind": "rights"})
    with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
        words = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    assert "加班费" in words
    assert "HYPERLINK" not in words
    text = clerk.get(reverse("issues:desk-export"), {"format": "csv"}).content.decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 3
    assert ",=HYPERLINK" not in text


def test_the_export_takes_an_unreadable_filter_for_none(desk, clerk):
    desk.issue("加班费", "rights")
    wrong = {"unit": "9" * 40, "list": "x", "since": "2025-02-29", "kind": "nothing", "format": "csv"}
    text = clerk.get(reverse("issues:desk-export"), wrong).content.decode("utf-8-sig")
    assert "加班费" in text


def test_words_that_are_missing_are_asked_for_beside_the_field(desk, cast):
    issue = desk.handling()
    page = cast.client("township_clerk").post(reverse("issues:desk-submit", args=[issue.pk]), {"submit-words": "已办"})
    assert page.status_code == 422
    assert "佐证" in page.content.decode()
    assert "已办" in page.content.decode()
    assert fresh(issue).state == "handling"


def test_evidence_comes_along_and_opens_for_those_who_see_the_issue(desk, cast):
    issue = desk.handling()
    upload = SimpleUploadedFile("值班表.txt", "值班表".encode())
    cast.client("township_clerk").post(
        reverse("issues:desk-submit", args=[issue.pk]), {"submit-words": "已办", "submit-evidence": upload}
    )
    assert fresh(issue).state == "submitted"
    page = cast.client("county_clerk").get(reverse("issues:desk-issue", args=[issue.pk]))
    file = page.context["files"][0]
    url = reverse("issues:desk-evidence", args=[issue.pk, file.pk])
    opened = cast.client("county_clerk").get(url)
    assert b"".join(opened.streaming_content) == "值班表".encode()
    assert cast.client("neighbour").get(url).status_code == 404


def test_after_one_is_done_the_next_opens(desk, clerk):
    first, second = desk.submitted(desk.issue("甲")), desk.submitted(desk.issue("乙"))
    answer = clerk.post(reverse("issues:desk-pass-check", args=[first.pk]), {"next": "1"})
    assert answer.headers["Location"] == reverse("issues:desk-issue", args=[second.pk])


def test_the_closing_report_counts_and_opens_its_records(desk, clerk):
    desk.written_off(desk.issue("甲", onto=desk.list()))
    desk.issue("乙", "rights")
    page = clerk.get(reverse("issues:desk-closing"))
    parts = {part.indicator: part for line in page.context["report"].paragraphs for part in line if part.indicator}
    said = {"found": "2", "listed": "1", "kinds": "2", "resolved": "1", "rate": "50.0%", "written_off": "1", "open": "1"}
    assert {code: parts[code].text for code in said} == said
    assert parts["kind:rights"].text == "1"
    for code in ("found", "written_off", "open", "kind:rights"):
        behind = clerk.get(parts[code].url)
        assert behind.context["figure"].number == int(parts[code].text)
        assert behind.context["page"].total >= int(parts[code].text)  # a stock lists what came and what went


def test_pages_speak_english_when_asked(desk, clerk):
    desk.issue()
    page = clerk.get(reverse("issues:desk-list"), headers={"accept-language": "en"})
    clerk.post(reverse("shell:language"), {"language": "en", "next": "/"})
    page = clerk.get(reverse("issues:desk-list"))
    assert "Register an issue" in page.content.decode()
    assert "Service sites wanting" in page.content.decode()
