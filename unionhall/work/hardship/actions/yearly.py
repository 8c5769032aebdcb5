"""The yearly clean-up: the list of everybody on file, the spot check drawn by a kept seed, and what it found."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.actions import apart
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows import queries as flows
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions.bulk import Row
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.organizations.queries import in_range
from unionhall.kernel.people.models import Person
from unionhall.kernel.policies import queries as policies
from unionhall.lib import dates
from unionhall.lib.refusal import Conflict, Refused, absent
from unionhall.lib.text import Text
from unionhall.work.hardship import access, facts
from unionhall.work.hardship.actions import procedure as way
from unionhall.work.hardship.models.files import Household
from unionhall.work.hardship.models.rounds import YearLine, YearList
from unionhall.work.hardship.rules import procedure


@dataclass(frozen=True, slots=True)
class Repeated:
    """A draw done again from its kept seed: whether it gives the same files."""

    same: bool
    drawn: list[int]


@transaction.atomic
def draw(*, organization: Organization, by: Person, year: int | None = None, seed: str = "") -> YearList:
    """Draw a unit's clean-up list of a year with its spot check. Once a unit and year; the seed stays on record."""
    access_actions.require(by, "hardship.yearly", at=organization)
    today = dates.today()
    of = year or today.year
    _check_alone(organization, of)
    percent = policies.value("hardship.spot_percent", at=organization, on=today).whole
    chosen = seed or secrets.token_hex(8)
    made = YearList.objects.create(
        organization=organization, org_path=organization.path, year=of, seed=chosen, percent=percent, drawn_on=today, drawn_by=by
    )
    listed = YearLine.objects.filter(year=of, list__isnull=False)  # by a unit that has handed the file over since
    kept = {one.pk: one for one in _on_file(organization).exclude(pk__in=listed.values("household"))}
    known = set(YearLine.objects.filter(household__in=kept, year=of).values_list("household_id", flat=True))
    fresh = [
        YearLine(list=made, household=one, organization=one.organization, year=of, listed_on=today)
        for pk, one in kept.items()
        if pk not in known
    ]
    fresh = YearLine.objects.bulk_create(fresh, batch_size=1000)
    YearLine.objects.filter(household__in=known, year=of, list=None).update(list=made)
    ledger.post_many(
        facts.IN_YEAR,
        (
            Row(
                at=line.organization,
                day=today,
                source=line,
                subject=line.household_id,
                dimensions=kept[line.household_id].dimensions(),
            )
            for line in fresh
        ),
    )
    spot = procedure.drawn(sorted(kept), percent, chosen)
    YearLine.objects.filter(household__in=spot, year=of).update(spot=True)
    audit.record(by, "hardship.year_drawn", made, at=organization, year=of, seed=chosen, files=len(kept), spot=len(spot))
    return made


def _check_alone(organization: Organization, year: int) -> None:
    """A household stands on one list of a year: a second draw above or below would change the first one's spot check."""
    drawn = [one for one in YearList.objects.filter(year=year).select_related("organization") if _overlap(one, organization)]
    if not drawn:
        return
    other = drawn[0].organization
    if other.pk == organization.pk:
        raise Conflict(Text(f"{year} 年清查名单已生成。", f"The clean-up list of {year} exists already."))
    if organization.path.startswith(other.path):
        zh = "名单中属于本单位的部分见“其他单位名单中的档案”，请据此核查。"
        en = "what of it is yours stands under “On the lists of other units”: work on that."
    else:
        zh, en = "请在该名单中核查，或由其按本单位办理。", "work on that one."
    raise Conflict(
        Text(
            f"{other.name}已生成 {year} 年清查名单，同一档案不能列入两份名单；{zh}",
            f"{other.name} has drawn the clean-up list of {year}; a file stands on one list: {en}",
        )
    )


def _overlap(one: YearList, organization: Organization) -> bool:
    return one.org_path.startswith(organization.path) or organization.path.startswith(one.org_path)


def _on_file(organization: Organization) -> "QuerySet[Household]":
    found = Household.objects.filter(in_range(organization.path), state="on_file")
    return found.select_related("organization", "programme").order_by("pk")


def repeat(made: YearList) -> Repeated:
    """Draw again from the kept seed: what an auditor does to see that nobody chose by hand."""
    lines = list(YearLine.objects.filter(list=made).values_list("household_id", "spot"))
    again = procedure.drawn(sorted(pk for pk, _spot in lines), made.percent, made.seed)
    return Repeated(again == sorted(pk for pk, spot in lines if spot), again)


@transaction.atomic
def spot_check(*, line_id: int, correct: bool, words: str, by: Person) -> YearLine:
    """Enter what the spot check of one household found; not by who keeps or verified the file."""
    found = YearLine.objects.filter(pk=line_id).first()
    if found is None:
        raise absent()
    household = access.for_change(by, found.household_id, to="hardship.yearly")
    line = household.year_lines.select_for_update().get(pk=line_id)
    if not line.spot:
        raise Conflict(Text("该户不在抽查名单中。", "This household was not drawn for the spot check."))
    if line.spot_on is not None:
        raise Conflict(Text("该户抽查结果已登记。", "The finding of this spot check has been entered already."))
    made = way.hands_of(household)
    if by.pk in made:
        raise Refused(Text("建档经办人不能抽查自己经办的档案。", "Who made the file does not spot-check it."), code="second_person")
    apart.check(by, flows.hands(household, made))
    if not correct and not words.strip():
        raise Refused(Text("认定有误的，请写明问题。", "Say what is wrong."), field="words")
    line.spot_on, line.correct, line.words, line.spot_by = dates.today(), correct, words.strip()[:200], by
    line.kept_by = household.organization
    line.save(update_fields=["spot_on", "correct", "words", "spot_by", "kept_by"])
    way.post(facts.SPOT_CHECKED, household, line)
    if correct:
        way.post(facts.SPOT_CORRECT, household, line)
    audit.record(by, "hardship.spot_checked", household, at=household.organization, line=line.pk, correct=correct)
    return line
