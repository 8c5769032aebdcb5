"""One's own figures, and telling them every week or month."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import translation

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger.facts import Figure
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.lib import dates, scope
from unionhall.lib.refusal import Refused, absent
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.models import Subscription
from unionhall.work.reports.queries import dashboard

MOST = 12


def of(by: Person, organization: Organization) -> Subscription | None:
    """A person's choice for a unit."""
    return scope.mark(Subscription.objects.filter(person=by, organization=organization)).first()


def told_of(by: Person, id: int) -> Organization:
    """The unit of one's own choice, where a message leads. Raises NotVisible for another's and for a unit out of sight by now."""
    kept = scope.mark(Subscription.objects.filter(person=by, pk=id)).first()
    if kept is None:
        raise absent()
    return access.unit(by, kept.organization_id)


@transaction.atomic
def choose(*, organization: Organization, indicators: list[str], every: str, by: Person, email: str = "") -> Subscription:
    """Keep which figures of a unit a person looks at, how often they are sent and, where it is given, to which own address."""
    access.require(by, access.SEE, organization)
    if len(indicators) > MOST:
        raise Refused(Text("最多选 12 项。", "Choose at most 12."), field="indicators")
    if every != "never" and not indicators:
        raise Refused(Text("请选择要发送的指标。", "Choose the figures to be sent."), field="indicators")
    kept, _made = Subscription.objects.update_or_create(
        person=by,
        organization=organization,
        defaults={
            "org_path": organization.path,
            "every": every,
            "indicators": indicators,
            "next_on": next_day(every, dates.today()),
        },
    )
    if email:
        people.correct(by=None, person=by, sealed={"email": email}, reason="我的数字")
    audit.record(by, "reports.subscribed", kept, at=organization, every=every, indicators=indicators)
    return kept


def next_day(every: str, today: date) -> date:
    """The next Monday, the first of the next month; never is far away."""
    if every == "week":
        return today + timedelta(days=7 - today.weekday())
    if every == "month":
        return (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    return date(9999, 12, 31)


def send() -> int:
    """Tell everybody whose day has come the figures of the period that has just ended; returns how many were told.

    Each is told in a transaction of its own, so that one who cannot be told keeps nobody from hearing.
    """
    today, told = dates.today(), 0
    due = Subscription.objects.filter(next_on__lte=today).exclude(every="never")
    for id in list(due.values_list("pk", flat=True)):
        told += _send_one(id, today)
    return told


@transaction.atomic
def _send_one(id: int, today: date) -> int:
    kept = Subscription.objects.select_for_update(of=("self",)).select_related("person", "organization").get(pk=id)
    if kept.next_on > today:
        return 0
    kept.next_on = next_day(kept.every, today)
    kept.save(update_fields=["next_on"])
    if not permissions.may(kept.person, access.SEE, kept.organization):
        return 0  # the right has ended; the choice waits for its return
    window = dashboard.this_year()
    numbers, _mark = dashboard.numbers(kept.organization, window, kept.indicators)
    lines = told([(one.indicator.name, one.figure) for one in numbers])
    with translation.override(permissions.language_of(kept.person)):
        notices.tell(
            kept.person, "reports.figures", record=kept,
            unit=kept.organization.name, until=window.end.isoformat(), lines=str(lines),
        )  # fmt: skip
    return 1


def told(figures: Iterable[tuple[Text, Figure]]) -> Text:
    """Figures in words, exactly, each with its classifier and with what was reported apart from it."""
    zh, en = [], []
    for name, figure in figures:
        unit = figure.unit.text if figure.unit else Text("", "")
        apart = figure.apart
        zh.append(f"{name.zh}{figure}{unit.zh}" + (f"（另报送{apart}{unit.zh}）" if apart else ""))
        en.append(f"{name.en}: {figure} {unit.en}".rstrip() + (f" (reported totals apart: {apart})" if apart else ""))
    return Text("；".join(zh), "; ".join(en))
