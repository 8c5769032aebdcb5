"""The task centre: my long work with its progress, cancel, and what it left for me; and what I was told."""

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.exchange import queries as exchange
from unionhall.kernel.exchange.actions import run_job
from unionhall.kernel.notices import actions as notices
from unionhall.shell import doors, download, hall, paging, search
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.office.queries import inbox as queries


@doors.page(signed_in=True)
def job_list(request: Request) -> HttpResponse:
    """My long work, the newest first; running ones refresh themselves."""
    page = paging.page_of(request, exchange.jobs(request.person))
    running = any(job.open for job in page.rows)
    return render(request, "office/desk/jobs.html", {"page": page, "running": running}, fragment="rows")


@doors.page(signed_in=True, methods=("POST",))
def cancel_job(request: Request, id: int) -> HttpResponse:
    """Ask a job to stop."""
    run_job.cancel(job_id=id, by=request.person)
    doors.told(request, _("The task stops at its next step."))
    return doors.go(request, "office:jobs")


@doors.page(signed_in=True)
def job_file(request: Request, id: int) -> FileResponse:
    """What a job left for me."""
    name, path = exchange.result_path(request.person, id)
    return download.fence(FileResponse(path.open("rb")), name)


@doors.page(signed_in=True)
def inbox(request: Request) -> HttpResponse:
    """What I was told and still holds; opening the page is seeing it."""
    page = paging.page_of(request, queries.told(request.person))
    shown = [(notice, search.address(notice.record_kind, notice.record_id)) for notice in page.rows]
    fresh = {notice.pk for notice in page.rows if notice.seen_at is None}
    answer = render(request, "office/desk/inbox.html", {"page": page, "notices": shown, "fresh": fresh})
    notices.see(request.person)
    return answer


def told_on(kind: str, record_kind: str, record_id: int) -> str:
    """Where a mail leads: to the page of the hall that the kind of notice names, else to that of the record; "" where nowhere."""
    return hall.message_page(kind, record_id) or search.address(record_kind, record_id)


@doors.page(permission="notices.manage")
def dead_letters(request: Request) -> HttpResponse:
    """Deliveries that were given up, with the reason."""
    page = paging.page_of(request, queries.given_up(request.person))
    return render(request, "office/desk/dead_letters.html", {"page": page})
