"""What a member asks of the union about the own membership."""

from django.db import models
from django.db.models import Q

from unionhall.kernel.access.models import ScopedManager
from unionhall.kernel.flows.models import Record
from unionhall.kernel.people.models import Person
from unionhall.lib import masking
from unionhall.work.membership import registry
from unionhall.work.membership.models.memberships import Membership


class Wish(Record):
    """A member asks in writing to leave the union, to be retained or seconded, or to come back from either.

    Asked on the phone for a day, then carried out by the union through the membership's own act, or refused with the reason;
    withdrawn by the member while undecided; over where the membership changed otherwise so that it cannot come true.
    One open wish a person.
    """

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="wishes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    what = models.CharField(max_length=10)
    ground = models.CharField(max_length=10, blank=True)
    on = models.DateField()
    words = models.CharField(max_length=200, blank=True)
    asked_on = models.DateField()

    objects = ScopedManager()

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(name="member_wish_open", fields=["person"], condition=Q(state="asked"))]
        indexes = [models.Index(name="member_wish_path", fields=["org_path", "state", "-id"])]

    @property
    def headline(self) -> str:
        """The line by which messages name it: who asks, masked, and for what; its number stands beside it."""
        return f"{masking.name(self.person.name)} · {registry.WISHES[self.what]}"

    @property
    def ground_name(self) -> str:
        """The chosen reason in the language of the screen, "" where none is asked for."""
        return str(registry.WISH_GROUNDS.get(self.what, {}).get(self.ground, ""))
