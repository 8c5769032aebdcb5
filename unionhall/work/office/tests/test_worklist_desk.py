"""The worklist: whose tasks, in which light, chased and followed in one act, taken along as a sheet."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.exchange.actions import run_job
from unionhall.kernel.exchange.models import Job
from unionhall.kernel.flows import registry
from unionhall.kernel.flows.models import Task, Watch
from unionhall.kernel.notices.models import Notice
from unionhall.lib import dates
from unionhall.work.office.desk import exports
from unionhall.work.office.queries import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(desk):
    """Three issues that the county sent to the township: two overdue, one in time."""
    issues = [desk.dispatched(desk.issue(f"第 {number} 个问题")) for number in (1, 2, 3)]
    late = [issue.pk for issue in issues[:2]]
    Task.objects.filter(record_id__in=late).update(due_on=dates.today() - timedelta(days=30))
    return issues


def test_a_task_waits_for_the_unit_that_must_act(sent, get):
    assert "第 1 个问题" in get("township_clerk", "worklist").content.decode()
    for other in ("neighbour", "stranger", "chair"):
        assert "第 1 个问题" not in get(other, "worklist").content.decode()
    assert "第 1 个问题" in get("county_clerk", "worklist", tab="sent").content.decode()


def test_each_task_names_the_move_of_its_own_flow():
    """Moves of several flows share a code: `release` ends a public notice in one and lets a member go in another."""
    owed = [(each.label, move) for each in registry.flows() for move in each.flow.moves]
    assert len({move.code for _label, move in owed}) < len({move.name.zh for _label, move in owed})
    shown = tasks.lines([Task(record_kind=label, move=move.code) for label, move in owed])
    assert [line.awaits for line in shown] == [move.name for _label, move in owed]
    signature = tasks.lines([Task(record_kind="grants.application", move="sign")])
    assert [str(line.awaits) for line in signature] == ["签署意见"]


def test_the_lights_are_told_in_words_and_filter_the_list(sent, get):
    late = get("township_clerk", "worklist", light="late").content.decode()
    assert ("第 1 个问题" in late, "第 2 个问题" in late, "第 3 个问题" in late) == (True, True, False)
    assert "超期" in late


def test_the_header_counts_what_waits(sent, get):
    assert "<span>待办</span><b>3</b>" in get("township_clerk", "units").content.decode()
    assert "<span>待办</span></a>" in get("chair", "units").content.decode()


def test_all_overdue_are_chased_in_two_clicks_with_the_exact_number(sent, get, post, cast):
    assert reverse("office:worklist-chase") in get("county_clerk", "worklist", tab="sent").content.decode()
    url = f"{reverse('office:worklist-chase')}?tab=sent&light=late"
    client = cast.client("county_clerk")
    asked = client.post(url, {"all": "1"}).content.decode()
    assert "<strong>2</strong>" in asked
    assert Task.objects.filter(chases__gt=0).count() == 0
    told = client.post(url, {"all": "1", "confirmed": "1"}).content.decode()
    assert set(Task.objects.filter(chases=1).values_list("record_id", flat=True)) == {sent[0].pk, sent[1].pk}
    assert Notice.objects.filter(person=cast.township_clerk, kind__contains="chase").count() == 2
    assert "催办" in told


def test_what_was_chased_already_is_refused_with_the_reason(sent, cast):
    url, client = f"{reverse('office:worklist-chase')}?tab=sent&light=late", cast.client("county_clerk")
    client.post(url, {"all": "1", "confirmed": "1"})
    again = client.post(url, {"all": "1", "confirmed": "1"}).content.decode()
    assert again.count("可再次催办") + again.count("再次催办") >= 2 or sent[0].reference in again
    assert list(Task.objects.filter(record_id=sent[0].pk, done_at=None).values_list("chases", flat=True)) == [1]


@pytest.mark.parametrize("who", ["township_clerk", "chair", "leader"])
def test_those_who_do_not_supervise_chase_nobody(sent, cast, who):
    url = f"{reverse('office:worklist-chase')}?tab=mine"
    assert cast.client(who).post(url, {"all": "1", "confirmed": "1"}).status_code == 403
    assert Task.objects.filter(chases__gt=0).count() == 0


def test_a_neighbour_chases_nothing_here(sent, cast):
    ids = list(Task.objects.values_list("pk", flat=True))
    answer = cast.client("neighbour").post(f"{reverse('office:worklist-chase')}?tab=scope", {"pick": ids, "confirmed": "1"})
    assert answer.status_code == 422
    assert Task.objects.filter(chases__gt=0).count() == 0


def test_matters_are_followed_and_let_go(sent, cast, get):
    task = Task.objects.filter(record_id=sent[0].pk, done_at=None).first()
    client = cast.client("county_clerk")
    client.post(f"{reverse('office:worklist-watch')}?tab=sent", {"pick": [task.pk]})
    assert [(one.person_id, one.record_id) for one in Watch.objects.all()] == [(cast.county_clerk.pk, sent[0].pk)]
    assert "第 1 个问题" in get("county_clerk", "worklist", tab="watched").content.decode()
    client.post(f"{reverse('office:worklist-unwatch')}?tab=watched", {"pick": [task.pk]})
    assert Watch.objects.count() == 0


def test_nobody_follows_what_is_not_theirs_to_see(sent, cast):
    ids = list(Task.objects.values_list("pk", flat=True))
    answer = cast.client("stranger").post(f"{reverse('office:worklist-watch')}?tab=mine", {"pick": ids})
    assert (answer.status_code, Watch.objects.count()) == (422, 0)


def test_a_small_export_is_a_file_at_once(sent, get):
    answer = get("county_clerk", "worklist-export", tab="sent", form="csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("编号,事项")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Job.objects.count() == 0


def test_the_sheet_says_in_words_how_the_list_was_narrowed(sent, get, cast):
    narrowed = {"tab": "sent", "light": "late", "kind": "issues.issue", "raised": "on", "unit": str(cast.county.pk)}
    answer = get("county_clerk", "worklist-export", **narrowed)
    about = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[1]
    said = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert {name: value for name, value in said.items() if name.startswith("筛选")} == {
        "筛选：页签": "我派出的",
        "筛选：时限": "超期",
        "筛选：类别": "问题",
        "筛选：只看已上报": "是",
        "筛选：单位": "城关区总工会",
    }


def test_a_large_export_is_a_task_that_leaves_a_file(sent, get, cast, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(exports, "LARGE", 2)
    answer = get("county_clerk", "worklist-export", tab="sent", form="csv")
    assert (answer.status_code, answer.url) == (303, reverse("office:jobs"))
    job = run_job.run(Job.objects.get().pk)
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    file = b"".join(get("county_clerk", "job-file", job.pk).streaming_content).decode("utf-8-sig")
    assert len(file.splitlines()) == 4
    assert get("neighbour", "job-file", job.pk).status_code == 404
    assert audit.rows(verb="exchange.exported").count() == 1


def test_an_export_asks_for_the_rights_again_when_it_runs(sent, get, cast, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(exports, "LARGE", 2)
    get("county_clerk", "worklist-export", tab="sent")
    cast.county_clerk.grants.update(until=dates.today())
    job = run_job.run(Job.objects.get().pk)
    assert (job.state, job.file_path) == ("failed", "")
    assert list(tmp_path.rglob("*-*")) == []
