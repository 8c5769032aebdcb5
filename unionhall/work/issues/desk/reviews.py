"""Monthly sortings, quarterly notices, and the proposals that a person decides."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from unionhall.kernel.access import queries as permissions
from unionhall.lib import dates, official_document
from unionhall.shell import doors, download
from unionhall.shell.forms import WordsForm, tidy
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.issues import access, forms, registry
from unionhall.work.issues.actions import reviews as acts
from unionhall.work.issues.queries import papers
from unionhall.work.issues.queries import reviews as queries


@doors.page(permission="issues.review", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """The sortings and notices of the scope, and the two forms that open the next."""
    unit, today = unit_of(request), dates.today()
    chosen = request.POST.get("what", "")
    month = forms.MonthForm(request.POST if chosen == "review" else None)
    quarter = forms.QuarterForm(
        request.POST if chosen == "notice" else None, initial={"year": today.year, "quarter": (today.month + 2) // 3}
    )
    if chosen == "review" and month.is_valid():
        opened = doors.attempt(month, lambda: acts.open_review(organization=unit, by=request.person, **month.cleaned_data))
        if opened is not None:
            return doors.go(request, "issues:desk-review", opened.pk)
    if chosen == "notice" and quarter.is_valid():
        drafted = doors.attempt(quarter, lambda: acts.draft_notice(organization=unit, by=request.person, **quarter.cleaned_data))
        if drafted is not None:
            return doors.go(request, "issues:desk-notice", drafted.pk)
    context = {
        "month": month,
        "quarter": quarter,
        "form": month if chosen == "review" else quarter,
        "page": page_of(request, queries.counted_reviews(access.reviews_for(request.person))),
        "notices": queries.counted_notices(access.notices_for(request.person))[:20],
    }
    return render(request, "issues/desk/reviews.html", context)


@doors.page(permission="issues.review", methods=("GET", "POST"))
def review(request: Request, id: int) -> HttpResponse:
    """One month: what stands on the table, a remark each, and the summary that closes it."""
    one = queries.one(access.reviews_for(request.person), id)
    form = WordsForm(request.POST or None, label=_("Summary"))
    if request.method == "POST" and form.is_valid():
        closed = doors.attempt(form, lambda: acts.close_review(review_id=id, summary=form.cleaned_data["words"], by=request.person))
        if closed is not None:
            doors.told(request, _("The sorting of the month is closed."))
            return doors.go(request, "issues:desk-review", id)
    return render(request, "issues/desk/review.html", {"review": one, "items": queries.items(one), "form": form})


@doors.page(permission="issues.review", methods=("POST",))
def remark(request: Request, id: int, item: int) -> HttpResponse:
    """A remark on one issue of the month; with one, it goes into the quarter's notice."""
    acts.remark(review_id=id, item_id=item, text=tidy(request.POST.get("words", "")), by=request.person)
    return doors.go(request, "issues:desk-review", id)


@doors.page(permission="issues.review", methods=("GET", "POST"))
def notice(request: Request, id: int) -> HttpResponse:
    """One quarter's notice, by unit; issued it gets its number and stays as it is."""
    one = queries.one(access.notices_for(request.person), id)
    form = forms.Nothing(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        issued = doors.attempt(form, lambda: acts.issue_notice(notice_id=id, by=request.person))
        if issued is not None:
            doors.told(request, _("Notice %(number)s was issued.") % {"number": issued.number})
            return doors.go(request, "issues:desk-notice", id)
    return render(request, "issues/desk/notice.html", {"notice": one, "units": queries.by_unit(one), "form": form})


@doors.page(permission="issues.review")
def printed(request: Request, id: int) -> HttpResponse:
    """The notice on paper."""
    one = queries.one(access.notices_for(request.person), id)
    return render(request, "issues/desk/notice_print.html", {"notice": one, "units": queries.by_unit(one)})


@doors.page(permission="issues.review")
def document(request: Request, id: int) -> HttpResponse:
    """The notice as an official document (.docx)."""
    one = queries.one(access.notices_for(request.person), id)
    letter = papers.notice_letter(one, queries.by_unit(one))
    return download.attachment(f"{letter.title}.docx", official_document.write(letter))


@doors.page(permission="issues.review", methods=("POST",))
def drop(request: Request, id: int, item: int) -> HttpResponse:
    """Leave one issue out of a draft."""
    acts.drop_item(notice_id=id, item_id=item, by=request.person)
    return doors.go(request, "issues:desk-notice", id)


@doors.page(permission="issues.review")
def proposals(request: Request) -> HttpResponse:
    """The proposals to hold to account, the undecided first."""
    page = page_of(request, access.proposals_for(request.person).order_by("decision", "-raised_on", "-id"))
    rows = [{"proposal": one, "severity": registry.SEVERITIES.get(one.severity)} for one in page.rows]
    return render(request, "issues/desk/proposals.html", {"page": page, "rows": rows})


@doors.page(permission="issues.review", methods=("GET", "POST"))
def proposal(request: Request, id: int) -> HttpResponse:
    """One proposal with the notices behind it, and the decision of a person."""
    one = queries.one(access.proposals_for(request.person), id)
    form = forms.DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        decided = doors.attempt(
            form,
            lambda: acts.decide(
                proposal_id=id,
                accept=given["decision"] == "accept",
                severity=given["severity"],
                reason=given["reason"],
                by=request.person,
            ),
        )
        if decided is not None:
            doors.told(request, _("The decision is recorded."))
            return doors.go(request, "issues:desk-proposal", id)
    context = {"proposal": one, "items": queries.behind(one), "form": form, "severity": registry.SEVERITIES.get(one.severity)}
    return render(request, "issues/desk/proposal.html", context)


@doors.page(permission="issues.see")
def of_item(request: Request, id: int) -> HttpResponse:
    """From an item that a figure counted to its notice."""
    return doors.go(request, "issues:desk-notice", permissions.key_of(access.notices_for(request.person).filter(items__pk=id)))
