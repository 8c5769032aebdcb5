"""The task centre: one's own long work, stopped when asked, its file kept for its owner."""

import pytest

from unionhall.kernel.exchange.actions import run_job
from unionhall.kernel.exchange.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    filters = {"unit": str(cast.county.pk)}
    params = {"table": "office.units", "unit": cast.county.pk, "filters": filters, "form": "csv", "rows": 4}
    return run_job.start("office.export", by=cast.county_clerk, at=cast.county, title="导出：组织机构", **params)


def test_an_empty_centre_says_what_comes_here(get):
    assert "大批量" in get("city_clerk", "jobs").content.decode() or 'class="empty' in get("city_clerk", "jobs").content.decode()


def test_a_job_waits_runs_and_leaves_its_file(cast, job, get):
    waiting = get("county_clerk", "jobs").content.decode()
    assert "导出：组织机构" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    run_job.run(job.pk)
    done = get("county_clerk", "jobs").content.decode()
    assert 'hx-trigger="every 2s"' not in done
    answer = get("county_clerk", "job-file", job.pk)
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert cast.county.name in lines[1]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_queued_job_is_stopped_by_its_owner_alone(job, post):
    assert post("neighbour", "job-cancel", job.pk).status_code == 404
    assert Job.objects.get().state == "queued"
    assert post("county_clerk", "job-cancel", job.pk).status_code == 303
    assert Job.objects.get().state == "cancelled"
    assert post("county_clerk", "job-cancel", job.pk).status_code == 422
    run_job.run(job.pk)
    assert Job.objects.get().file_path == ""


def test_nobody_sees_somebody_elses_work(job, get):
    run_job.run(job.pk)
    for other in ("neighbour", "city_clerk", "system_admin"):
        assert "导出：组织机构" not in get(other, "jobs").content.decode()
        assert get(other, "job-file", job.pk).status_code == 404


def test_a_file_past_its_days_is_gone_in_words(job, get):
    assert get("county_clerk", "job-file", job.pk).status_code == 422
    assert get("county_clerk", "job-file", 10**9).status_code == 404
