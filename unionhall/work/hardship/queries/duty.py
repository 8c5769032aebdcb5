"""What is due with the households on file: contacts, verification, help, looks back."""

from datetime import date

from django.db.models import DateField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from unionhall.kernel.policies.queries import Table
from unionhall.lib import dates
from unionhall.work.hardship.models.files import Household, Objection
from unionhall.work.hardship.models.rounds import Help, Pairing


def uncontacted(today: date | None = None) -> "QuerySet[Pairing]":
    """Pairings whose last contact (or whose beginning) lies further back than their region's policy allows."""
    on = today or dates.today()
    table = Table.load("hardship.contact_months", on=on)
    bound = table.day_case(
        lambda value: dates.months_later(on, -value.whole), path="household__org_path", level="household__organization__level"
    )
    last = Coalesce(F("contacted_on"), F("since"), output_field=DateField())
    return Pairing.objects.filter(until=None).alias(last=last, bound=bound).filter(last__lt=F("bound"))


def narrowed(found: "QuerySet[Household]", listed: str, today: date | None = None) -> "QuerySet[Household]":
    """Files narrowed to one of the ready lists: on record and stale, never helped, not paired, contact overdue; or objected to."""
    on = today or dates.today()
    if listed == "objected":
        return found.filter(Exists(Objection.objects.filter(household=OuterRef("pk"), upheld=None)))
    kept = found.filter(state="on_file")
    if listed == "stale":
        return kept.filter(verified_on__lte=dates.months_later(on, -12))
    if listed == "never_helped":
        return kept.filter(~Exists(Help.objects.filter(household=OuterRef("pk"), paid_on__isnull=False)))
    if listed == "unpaired":
        return kept.filter(~Exists(Pairing.objects.filter(household=OuterRef("pk"), until=None)))
    if listed == "uncontacted":
        return kept.filter(pk__in=uncontacted(on).values("household"))
    return found
