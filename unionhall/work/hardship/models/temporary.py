"""Temporary records: who is outside the files and in sudden need, until a file is made of it or it is cancelled."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.access.models import ScopedManager
from unionhall.kernel.flows.models import Record
from unionhall.kernel.people.models import Person
from unionhall.lib import masking
from unionhall.work.hardship.models.files import Household


class Temporary(Record):
    """A person in sudden need who stands in no file, kept by a unit; while it is kept, temporary aid may be asked for.

    What has happened to somebody is told in words that lie sealed and are shown for a reason, like illnesses and incomes of a file.
    It ends converted, when the household is put on file (`household`), or cancelled with a reason. One at a time for a person.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cause = models.CharField(_("Main cause"), max_length=20)
    sealed = models.BinaryField(default=b"", editable=False)  # the sudden need in words, under the room's key
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="temporaries")
    closed_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta(Record.Meta):
        abstract = False
        ordering = ("-id",)
        verbose_name = _("Temporary record")
        constraints = [
            models.UniqueConstraint(name="temporary_reference", fields=["reference"]),
            models.UniqueConstraint(name="temporary_one_at_a_time", fields=["person"], condition=Q(state="kept")),
            models.CheckConstraint(
                name="temporary_ends",
                condition=Q(state="kept", closed_on=None, household=None)
                | Q(state="converted", closed_on__isnull=False, household__isnull=False)
                | Q(state="cancelled", closed_on__isnull=False, household=None),
            ),
        ]
        indexes = [models.Index(name="temporary_path", fields=["org_path", "-id"])]

    @property
    def headline(self) -> str:
        """The line of worklists: the name masked."""
        return f"{masking.name(self.person.name)} · {self.reference}"
