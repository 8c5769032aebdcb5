"""What a worker sees: what can be asked for, the own applications, and what stands on public notice near the worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from unionhall.kernel.files import queries as file_queries
from unionhall.kernel.files.models import File
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.organizations import queries as organizations
from unionhall.kernel.people import queries as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import dates
from unionhall.lib.refusal import absent
from unionhall.lib.text import Text
from unionhall.work.grants import access, registry
from unionhall.work.grants.flow import GRANT
from unionhall.work.grants.models import Application, Objection, Payment, Posting
from unionhall.work.grants.queries import eligibility

TOLD = {"send_back", "refuse", "withdraw", "recall", "reopen"}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that a worker can ask for now: who can have it, and the most that the region's rule gives (None: not set)."""

    programme: Programme
    kind: str
    name: Text
    until: date
    who: Text
    most: int | None
    monthly: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One of the worker's own applications on a list."""

    application: Application
    since: date
    url: str
    waits: bool
    done: bool


def offers(person: Person) -> list[Offer]:
    """The kinds whose programme takes applications at the worker's unit today."""
    if person.home is None:
        return []
    found = []
    served = list(Programme.objects.filter(code__in=list(registry.TERMS)).order_by("pk"))
    running = programmes.running_editions(served, person.home)
    for programme in served:
        edition = running.get(programme.pk)
        if edition is None:
            continue
        for kind in programme.options.get("grants", {}).get("kinds", []):
            terms = registry.TERMS[programme.code].get(kind["code"])
            if terms is not None and not terms.by_clerk:
                most = eligibility.limit(terms, kind["code"], at=person.home, on=dates.today())
                who = next((registry.WHO[code] for code in terms.standing), registry.ANYBODY)
                name, monthly = Text(kind["zh"], kind["en"]), terms.period == "month"
                found.append(Offer(programme, kind["code"], name, edition.until, who, most.value if most else None, monthly))
    return found


def lines(person: Person) -> list[Line]:
    """The worker's own applications, the newest first; a draft that was thrown away is none."""
    rows = flows.with_light(access.visible_to_worker(person).exclude(state="withdrawn", submitted_on=None), dates.today())
    found = list(rows.select_related("programme").order_by("-id")[:10])
    owed = _owing(person, found)
    return [_line(person, one, waits=one.pk in owed) for one in found]


def _line(person: Person, one: Application, *, waits: bool) -> Line:
    own = one.created_by_id == person.pk and one.state == "draft"
    door = f"grants_hall:{next_screen(one)}" if own else "grants_hall:progress"
    return Line(one, dates.day_of(one.state_since), reverse(door, args=[one.pk]), own or waits, one.state in GRANT.closed)


TO_BE_PAID = ("submitted", "reviewed", "noticed", "approved")


def takes_account(person: Person, one: Application) -> bool:
    """Whether this person's account is what pays it, and no payment is under way or done."""
    if one.payee_id != person.pk or one.to_unit or one.goods or one.state not in TO_BE_PAID:
        return False
    return not Payment.objects.filter(application=one, state__in=("pending", "paid")).exists()


def _owing(person: Person, ones: Sequence[Application]) -> dict[int, str]:
    """Which of some applications wait for the payee's account, with the bank's words where it turned the one on record back."""
    own = [one for one in ones if one.payee_id == person.pk and not one.to_unit and not one.goods]
    open_ones = [one.pk for one in own if one.state in TO_BE_PAID]
    if not open_ones:
        return {}
    known = people.own_masked(person, "bank_account")
    last = dict.fromkeys(open_ones, ("", "", ""))
    for key, state, masked, reason in (
        Payment.objects.filter(application__in=open_ones)
        .exclude(state="dropped")
        .order_by("id")
        .values_list("application_id", "state", "masked", "reason")
    ):
        last[key] = (state, masked, reason)
    return {
        key: reason
        for key, (state, masked, reason) in last.items()
        if (not state and not known) or (state == "rejected" and masked == known)
    }


def owed_account(person: Person, one: Application) -> str | None:
    """Why the payment waits for the payee's account: "" where none is on record, the bank's words, None where it does not."""
    return _owing(person, [one]).get(one.pk)


def application(person: Person, application_id: int) -> Application:
    """One of the worker's own applications. Raises NotVisible."""
    related = ("organization", "programme", "person", "payee", "edition")
    found = access.visible_to_worker(person).select_related(*related).filter(pk=application_id).first()
    if found is None:
        raise absent()
    return found


def next_screen(one: Application) -> str:
    """Where a draft goes on: the screen on which it was left."""
    return one.screen or "whom"


def papers(one: Application) -> list[File]:
    """The photos and papers of an application."""
    return list(file_queries.files_of(one))


def steps(one: Application) -> list[tuple[date, object, str]]:
    """What has happened: day, what, and the reason where the worker must know it; no names of staff."""
    known = {move.code: move.name for move in GRANT.moves}
    return [
        (dates.day_of(step.at), known[step.move], step.reason if step.move in TOLD else "")
        for step in flows.timeline(one)
        if step.move in known
    ]


AHEAD = {
    "submitted": Text("审核材料", "The papers are looked at"),
    "reviewed": Text("审批", "It is decided"),
    "noticed": Text("公示期满后发放", "It is paid when the public notice is over"),
    "approved": Text("发放到银行卡", "It is paid to the bank account"),
    "recovering": Text("退回款项", "The money goes back"),
}
"""What comes next by state, in a worker's words; the day until when stands on the application."""


COLLECTED = Text("领取物资并签字", "You collect the goods and sign for them")


def next_step(one: Application) -> Text | None:
    """What comes next; None where nothing does."""
    if one.goods and one.state == "approved":
        return COLLECTED
    return AHEAD.get(one.state)


def returned(one: Application) -> str:
    """Why a draft came back to be mended; empty where it never was handed in."""
    if one.state != "draft" or one.submitted_on is None:
        return ""
    return next((step.reason for step in reversed(flows.timeline(one)) if step.move == "send_back"), "")


def paid(application_id: int) -> Application | None:
    """A paid application, which its payee may rate; None while it is not paid."""
    return Application.objects.select_related("organization", "programme").filter(pk=application_id, state="paid").first()


def appeals(one: Application) -> list[Objection]:
    """What the applicant said against a refusal; objections of others are not the applicant's to read."""
    return list(access.said_against(one).filter(kind="appeal"))


def near(person: Person) -> list[Posting]:
    """What is on public notice today with the worker's unit and those above it."""
    if person.home is None:
        return []
    above = [person.home.pk, *organizations.ancestors(person.home).values_list("pk", flat=True)]
    standing = Posting.objects.filter(organization__in=above, taken_down_on=None, until_on__gte=dates.today())
    return list(standing.select_related("application__programme").order_by("until_on", "id")[:50])


def posting(posting_id: int) -> Posting:
    """One notice that stands today. Raises NotVisible."""
    standing = Posting.objects.filter(pk=posting_id, taken_down_on=None, until_on__gte=dates.today())
    found = standing.select_related("application__programme").first()
    if found is None:
        raise absent()
    return found
