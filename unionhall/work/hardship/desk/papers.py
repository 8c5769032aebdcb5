"""The papers of a file: those brought to it, by a phone too, and those that leave it."""

from functools import partial

from django.http import FileResponse, HttpResponse
from django.urls import reverse

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.files import actions as files
from unionhall.kernel.files import queries as file_queries
from unionhall.lib import official_document
from unionhall.shell import doors, download
from unionhall.shell import phone as phones
from unionhall.shell.render import render
from unionhall.shell.requests import Request
from unionhall.work.hardship import registry
from unionhall.work.hardship.actions import procedure
from unionhall.work.hardship.desk.file import names, said
from unionhall.work.hardship.queries import browse
from unionhall.work.hardship.queries import papers as letters


@doors.fragment(permission="hardship.register")
def phone(request: Request, id: int) -> HttpResponse:
    """The square code by which any phone brings papers to a file, and those that have arrived."""
    one = browse.file(request.person, id, to="hardship.register")
    may_open = permissions.may(request.person, "hardship.money", at=one.organization)
    papers = [
        phones.Paper(
            registry.PAPERS.get(each.kind, each.name), reverse("hardship:desk-evidence", args=[id, each.pk]) if may_open else ""
        )
        for each in file_queries.files_of(one)
    ]
    code = partial(files.phone_code, one, by=request.person)
    return phones.hand_over(request, code=code, holds=files.phone_code_holds, page="portal:photo", papers=papers)


@doors.page(permission="hardship.money")
def evidence(request: Request, id: int, file: int) -> FileResponse:
    """One paper of a file, for those who may see incomes and illnesses; the opening is noted."""
    browse.file(request.person, id, to="hardship.money")
    opened = files.open_for(request.person, file)
    return download.stored(opened.content, name=opened.name, content_type=opened.content_type, size=opened.size)


@doors.page(permission="hardship.review")
def notice(request: Request, id: int) -> HttpResponse:
    """The public notice under which a file stands, as an official document."""
    letter = letters.notice(request.person, id)
    return download.attachment(f"{letter.title}.docx", official_document.write(letter))


@doors.page(permission="hardship.see")
def printed(request: Request, id: int) -> HttpResponse:
    """The application on paper, to be signed; incomes stay sealed and are filled in from the revealed page."""
    one = browse.whole_file(request.person, id)
    context = {"file": one, "words": said(one), "registry": names(one), "statement": procedure.STATEMENT}
    return render(request, "hardship/desk/print.html", context)
