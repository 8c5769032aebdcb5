import pytest
from django.db import transaction

from unionhall.kernel.exchange import queries, registry
from unionhall.kernel.exchange.actions import run_job
from unionhall.kernel.exchange.models import Job
from unionhall.kernel.exchange.registry import JobKind
from unionhall.lib.refusal import NotVisible, Refused
from unionhall.lib.text import Text


@pytest.fixture
def kind(monkeypatch, settings, tmp_path):
    """A kind of job whose body each test sets."""
    settings.MEDIA_ROOT = tmp_path
    body = {}
    made = JobKind("tests.long", Text("测试任务", "Test job"), lambda by, params, progress: body["run"](by, params, progress))
    monkeypatch.setitem(registry._jobs, made.code, made)
    return body


def started(cast, **params):
    return run_job.start("tests.long", by=cast.city_clerk, at=cast.city, title="导出问题清单", **params)


@pytest.mark.django_db
def test_a_job_runs_reports_and_keeps_its_file(cast, kind):
    def work(by, params, progress):
        progress.report(1, 4)
        progress.report(4)
        progress.result("清单.xlsx", b"content")
        return f"{by.name} {params['year']}"

    kind["run"] = work
    job = started(cast, year=2026)
    assert job.state == Job.State.QUEUED
    job = run_job.run(job.pk)
    assert (job.state, job.done, job.total, job.percent) == (Job.State.DONE, 4, 4, 100)
    assert job.message == f"{cast.city_clerk.name} 2026"
    name, path = queries.result_path(cast.city_clerk, job.pk)
    assert (name, path.read_bytes()) == ("清单.xlsx", b"content")


@pytest.mark.django_db
def test_an_ended_job_is_left_alone_when_the_queue_delivers_twice(cast, kind):
    runs = []
    kind["run"] = lambda by, params, progress: runs.append(1)
    job = started(cast)
    run_job.run(job.pk)
    run_job.run(job.pk)
    assert runs == [1]


@pytest.mark.django_db
def test_a_refusal_becomes_the_jobs_sentence(cast, kind):
    def work(by, params, progress):
        raise Refused("第 37 行身份证号校验位不对，请核对末位")

    kind["run"] = work
    job = run_job.run(started(cast).pk)
    assert (job.state, job.message, job.error_number) == (Job.State.FAILED, "第 37 行身份证号校验位不对，请核对末位", "")


@pytest.mark.django_db
def test_an_unknown_error_gets_a_number_and_shows_nothing_else(cast, kind, caplog):
    def work(by, params, progress):
        raise RuntimeError("secret detail")

    kind["run"] = work
    job = started(cast)
    with pytest.raises(RuntimeError):
        run_job.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, "")
    assert len(job.error_number) == 9
    assert job.error_number in caplog.text


@pytest.mark.django_db
def test_a_running_job_stops_at_its_next_report(cast, kind):
    def work(by, params, progress):
        progress.report(1, 10)
        run_job.cancel(job_id=job.pk, by=cast.city_clerk)
        progress.report(2)
        raise AssertionError("went on after cancelling")

    kind["run"] = work
    job = started(cast)
    job = run_job.run(job.pk)
    assert (job.state, job.done) == (Job.State.CANCELLED, 2)


@pytest.mark.django_db
def test_a_queued_job_is_cancelled_at_once_and_never_runs(cast, kind):
    runs = []
    kind["run"] = lambda by, params, progress: runs.append(1)
    job = started(cast)
    assert run_job.cancel(job_id=job.pk, by=cast.city_clerk).state == Job.State.CANCELLED
    run_job.run(job.pk)
    assert runs == []
    with pytest.raises(Refused, match="已经结束"):
        run_job.cancel(job_id=job.pk, by=cast.city_clerk)


@pytest.mark.django_db
def test_nobody_else_sees_or_cancels_a_job(cast, kind):
    kind["run"] = lambda by, params, progress: progress.result("x", b"x")
    job = run_job.run(started(cast).pk)
    assert list(queries.jobs(cast.county_clerk)) == []
    with pytest.raises(NotVisible):
        queries.result_path(cast.county_clerk, job.pk)
    with pytest.raises(NotVisible):
        run_job.cancel(job_id=job.pk, by=cast.county_clerk)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_start_queues_nothing(cast, kind):
    with pytest.raises(RuntimeError), transaction.atomic():
        started(cast)
        raise RuntimeError
    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_files_are_swept_after_seven_days(cast, kind):
    kind["run"] = lambda by, params, progress: progress.result("x", b"x")
    job = run_job.run(started(cast).pk)
    Job.objects.filter(pk=job.pk).update(finished_at=job.finished_at - run_job.KEPT)
    assert run_job.sweep() == 1
    with pytest.raises(Refused, match="七天"):
        queries.result_path(cast.city_clerk, job.pk)
