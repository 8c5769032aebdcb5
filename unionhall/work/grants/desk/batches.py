"""Batches at the desk: what can be paid, the check on the exact content, the bank's file, its answer, and what is printed."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from unionhall.kernel.access import adapters
from unionhall.kernel.access import queries as permissions
from unionhall.kernel.exchange.actions import export_table, fill_template
from unionhall.lib import money, rowid
from unionhall.lib.refusal import Conflict, Refused
from unionhall.shell import doors, download
from unionhall.shell.paging import page_of
from unionhall.shell.render import render
from unionhall.shell.requests import Request, unit_of
from unionhall.work.grants import forms
from unionhall.work.grants.actions import batches as acts
from unionhall.work.grants.actions import parcels, settling
from unionhall.work.grants.actions import results as bank
from unionhall.work.grants.queries import browse, paying
from unionhall.work.grants.rules import parcels as values


@doors.page(permission="grants.see", methods=("GET", "POST"))
def index(request: Request) -> HttpResponse:
    """The batches of a unit and those below, and the approved applications that the next one may carry."""
    unit = unit_of(request)
    waiting = browse.to_pay(request.person, unit)[: browse.MOST_TO_PAY]
    goods = parcels.in_stock(unit) if any(one.goods for one in waiting) else []
    parcel = forms.ParcelForm(request.POST or None, goods=goods)
    left_out: list[acts.LeftOut] = []
    if request.method == "POST" and parcel.is_valid():
        wanted = [key for text in request.POST.getlist("application") if (key := rowid.read(text))]
        asked: dict[str, Any] = {"organization": unit, "application_ids": wanted, "parcel": parcel.given(), "by": request.person}
        made = doors.attempt(parcel, lambda: acts.prepare_each(**asked))
        ready = [each.batch for each in made or () if each.batch is not None]
        left_out = [one for each in made or () for one in each.left_out]
        if ready:
            return _prepared(request, ready, left_out)
        if made is not None and not left_out:
            raise Refused(_("Choose at least one approved application that no batch carries yet."))
    page = page_of(request, browse.batches(request.person, unit))
    context = {
        "unit": unit,
        "page": page,
        "rows": [{"batch": one, "state": one.stands} for one in page.rows],
        "waiting": waiting,
        "parcel": parcel,
        "left_out": [(one.application.reference, one.reasons) for one in left_out],
        "may_prepare": permissions.may(request.person, "grants.prepare", at=unit),
    }
    return render(request, "grants/desk/batches.html", context, status=422 if left_out or parcel.errors else 200)


def _prepared(request: Request, ready: list[Any], left_out: list[acts.LeftOut]) -> HttpResponse:
    for one in left_out:
        said = _("%(reference)s was left out: %(reasons)s") % {
            "reference": one.application.reference,
            "reasons": " ".join(map(str, one.reasons)),
        }
        doors.told(request, said, level=messages.WARNING)
    doors.told(request, _("The batch is prepared; a colleague checks it."))
    return doors.go(request, "grants:desk-batch", ready[0].pk) if len(ready) == 1 else doors.go(request, "grants:desk-batches")


@doors.page(permission="grants.see")
def batch(request: Request, id: int) -> HttpResponse:
    """One batch: its payments, who did which part, the tie, and the act that comes next; `file` in the address takes the file."""
    return _page(request, id, taking=request.GET.get("file", ""))


def _page(request: Request, id: int, *, form: Any = None, taking: str = "", status: int = 200) -> HttpResponse:
    one = browse.batch(request.person, id)
    wanted = _bank_form(one, {"format": taking}) if taking and one.state == "exported" else None
    taken = wanted is not None and wanted.is_valid() and request.person.pk == one.payer_id
    page, digest = page_of(request, browse.payments(one)), acts.content_digest(one)
    may = {code: permissions.may(request.person, f"grants.{code}", at=one.organization) for code in ("prepare", "check", "pay")}
    context = {
        "batch": one,
        "parcel": values.read(one.parcel),
        "state": one.stands,
        "page": page,
        "rows": [{"payment": each, "state": each.stands} for each in page.rows],
        "tie": (tie := browse.tie(one)),
        "capitals": money.capitals(tie.sent) if tie.sent else "",
        "lines": paying.lines(one),
        "repeated": paying.repeated(one),
        "checking": form if isinstance(form, forms.DigestForm) else forms.DigestForm(initial={"digest": digest}),
        "bank": form if isinstance(form, forms.BankForm) else wanted if taken else _bank_form(one),
        "taking": taken,
        "digest": digest,
        "may": may,
        "is_maker": request.person.pk == one.maker_id,
        "is_checker": request.person.pk == one.checker_id,
        "is_payer": request.person.pk == one.payer_id,
        "refused": form if isinstance(form, forms.BankForm) else None,
        "results": form if isinstance(form, forms.ResultsForm) else forms.ResultsForm(),
        "reason": form if isinstance(form, forms.ReasonForm) else forms.ReasonForm(),
        "signed": form if isinstance(form, forms.SignedForm) else forms.SignedForm(),
    }
    return render(request, "grants/desk/batch.html", context, status=status)


@doors.page(permission="grants.check", methods=("POST",))
def check(request: Request, id: int) -> HttpResponse:
    """Confirm exactly what stood on the screen."""
    one, form = browse.batch(request.person, id), forms.DigestForm(request.POST)
    if form.is_valid() and doors.attempt(form, lambda: _checked(request, one, form)) is not None:
        doors.told(request, _("The batch is checked; a third person releases it."))
        return doors.go(request, "grants:desk-batch", id)
    return _page(request, id, form=form, status=422)


def _checked(request: Request, one: Any, form: forms.DigestForm) -> object:
    form.check(browse.tie(one).sent)
    return acts.check(batch_id=one.pk, digest=form.cleaned_data["digest"], by=request.person)


@doors.page(permission="grants.pay", methods=("POST",))
def release(request: Request, id: int) -> HttpResponse:
    """Release the batch to the bank, or say again that its file is wanted; the page that follows takes the file."""
    _one, form = _for_the_bank(request, id)
    if form.is_valid() and doors.attempt(form, lambda: acts.export(batch_id=id, by=request.person)) is not None:
        return _taking(request, id, form.cleaned_data["format"])
    return _page(request, id, form=form, status=doors.status(form))


@doors.page(permission="grants.pay", methods=("POST",))
def bank_file(request: Request, id: int) -> HttpResponse:
    """The file for the bank of a released batch, with whole accounts; each reading is on record.

    Where the password was asked for in between, the batch's page takes it: a file leaves the page behind it as it was.
    """
    one, form = _for_the_bank(request, id)
    if not form.is_valid():
        return _page(request, id, form=form, status=422)
    acts.must_be(one, "exported")
    if adapters.is_resumed(request):
        return _taking(request, id, form.cleaned_data["format"])
    wish = form.wish(_("Payment of batch %(reference)s") % {"reference": one.reference})
    asked: dict[str, Any] = {"code": "grants.bank", "at": one.organization, "filters": {"batch": str(id)}, "wish": wish}
    made = doors.attempt(form, lambda: export_table.export_table(by=request.person, **asked))
    if made is None:
        return _page(request, id, form=form, status=doors.status(form))
    return download.attachment(f"{one.reference}.{'csv' if wish.form == 'csv' else 'xlsx'}", made.content)


def _for_the_bank(request: Request, id: int) -> tuple[Any, forms.BankForm]:
    one = browse.batch(request.person, id)
    if one.form == "goods":
        raise Conflict(_("Goods are handed out against signature; there is no bank file."))
    return one, _bank_form(one, request.POST if request.POST.get("format") else {"format": "xlsx"})


def _taking(request: Request, id: int, form: str) -> HttpResponse:
    """The batch as it stands now, from where the file is taken."""
    return doors.go(request, f"{reverse('grants:desk-batch', args=[id])}?{urlencode({'file': form})}")


def _bank_form(one: Any, data: Any = None) -> forms.BankForm:
    return forms.BankForm(data, templates=fill_template.templates_for("grants.bank", one.organization))


@doors.page(permission="grants.pay", methods=("POST",))
def results(request: Request, id: int) -> HttpResponse:
    """Take the bank's answer in, whole or not at all."""
    browse.batch(request.person, id)
    form = forms.ResultsForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        done = doors.attempt(form, lambda: settling.settle(batch_id=id, answers=bank.read(upload), by=request.person))
        if done is not None:
            doors.told(request, _("The bank's answer is taken in."))
            return doors.go(request, "grants:desk-batch", id)
    return _page(request, id, form=form, status=422)


@doors.page(permission="grants.pay", methods=("POST",))
def hand_out(request: Request, id: int) -> HttpResponse:
    """A third person takes the goods out; the list is printed and signed."""
    one = browse.batch(request.person, id)
    if one.form != "goods":
        raise Conflict(_("Money goes to the bank by its file."))
    acts.export(batch_id=id, by=request.person)
    doors.told(request, _("The goods are on their way; print the list and have it signed."))
    return doors.go(request, "grants:desk-batch", id)


@doors.page(permission="grants.pay", methods=("POST",))
def signed(request: Request, id: int) -> HttpResponse:
    """The list came back: everybody signed, but for the numbers named."""
    browse.batch(request.person, id)
    form = forms.SignedForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        if doors.attempt(form, lambda: settling.take_signed(batch_id=id, by=request.person, **given)) is not None:
            doors.told(request, _("The signed list is taken in."))
            return doors.go(request, "grants:desk-batch", id)
    return _page(request, id, form=form, status=422)


@doors.page(permission="grants.prepare", methods=("POST",))
def take_out(request: Request, id: int, number: int) -> HttpResponse:
    """Take one payment out; any check is void."""
    form = forms.ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    acts.take_out(batch_id=id, number=number, reason=reason, by=request.person)
    doors.told(request, _("The payment was taken out; the batch needs another check."))
    return doors.go(request, "grants:desk-batch", id)


@doors.page(permission="grants.prepare", methods=("POST",))
def dissolve(request: Request, id: int) -> HttpResponse:
    """Give the batch up."""
    form = forms.ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    acts.dissolve(batch_id=id, reason=reason, by=request.person)
    doors.told(request, _("The batch was given up; its applications wait for another."))
    return doors.go(request, "grants:desk-batches")


@doors.page(permission="grants.see")
def signed_list(request: Request, id: int) -> HttpResponse:
    """The list that the payees sign."""
    one = browse.batch(request.person, id)
    live = [each for each in browse.payments(one) if each.state != "dropped"]
    total = sum(each.amount for each in live)
    context = {"batch": one, "payments": live, "total": total, "capitals": money.capitals(total)}
    return render(request, "grants/desk/signed_list.html", context)


@doors.page(permission="grants.see")
def voucher(request: Request, id: int) -> HttpResponse:
    """The voucher of one payment, its amount in capitals."""
    one = browse.payment(request.person, id)
    return _vouchers(request, one.batch, [one])


@doors.page(permission="grants.see")
def vouchers(request: Request, id: int) -> HttpResponse:
    """The vouchers of a page of payments, one under the other, each kept whole on its sheet."""
    whole = browse.batch(request.person, id)
    page = page_of(request, browse.payments(whole).exclude(state="dropped"))
    return _vouchers(request, whole, page.rows, page)


def _vouchers(request: Request, whole: Any, ones: Any, page: Any = None) -> HttpResponse:
    rows = [{"told": paying.voucher(one), "state": one.stands, "capitals": money.capitals(one.amount)} for one in ones]
    back = reverse("grants:desk-batch", args=[whole.pk])
    return render(request, "grants/desk/voucher.html", {"rows": rows, "batch": whole, "page": page, "back": back})
