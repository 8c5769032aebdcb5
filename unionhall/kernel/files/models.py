"""Evidence and other files that hang on records."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.organizations.models import Organization, path_field
from unionhall.kernel.people.models import Person


class File(models.Model):
    """One file of one record.

    It comes in by `attach` after its content has been looked at; it is kept under a generated name. Withdrawn
    (`withdrawn_at`), its content goes and its row stays, so that the trail still says what was there. Who may see
    the record may open it, and that is asked again each time.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    org_path = path_field()
    record_kind = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    kind = models.CharField(_("Kind"), max_length=40)
    name = models.CharField(_("Name"), max_length=120)
    extension = models.CharField(max_length=8)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("Size"))
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=80, unique=True)
    brought_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("Uploaded by"))
    brought_at = models.DateTimeField(_("Uploaded at"))
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("File")
        constraints = [
            models.CheckConstraint(name="files_file_size", condition=Q(size__gt=0)),
            models.CheckConstraint(name="files_file_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]
        indexes = [
            models.Index(name="files_file_record", fields=["record_kind", "record_id"]),
            models.Index(name="files_file_unit", fields=["organization", "brought_at"]),
        ]

    def __str__(self) -> str:
        return self.name
