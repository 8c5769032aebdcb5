"""What the files of a record are, and what a unit holds."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Model, QuerySet, Sum

from unionhall.kernel.files.models import File
from unionhall.kernel.organizations.models import Organization


def files_of(record: Model) -> QuerySet[File]:
    """The files that hang on a record, newest first; ask only for records that the reader sees."""
    return _standing().filter(record_kind=record._meta.label_lower, record_id=record.pk).order_by("-brought_at", "-pk")


def counts(model: type[Model], ids: Collection[int]) -> dict[int, int]:
    """How many files hang on each of some records of a kind; those without any are not named."""
    found = _standing().filter(record_kind=model._meta.label_lower, record_id__in=ids).order_by()
    return dict(found.values_list("record_id").annotate(number=Count("pk")))


@dataclass(frozen=True, slots=True)
class Holding:
    """How many files, and how many bytes, somebody keeps."""

    count: int
    size: int


def held_by(organization: Organization) -> Holding:
    """What a unit's own records hold."""
    return _holding(_standing().filter(organization=organization))


def held_at(record: Model) -> Holding:
    """What one record holds."""
    return _holding(_standing().filter(record_kind=record._meta.label_lower, record_id=record.pk))


def _standing() -> QuerySet[File]:
    return File.objects.filter(withdrawn_at=None)


def _holding(files: QuerySet[File]) -> Holding:
    found = files.aggregate(count=Count("pk"), size=Sum("size"))
    return Holding(count=found["count"], size=found["size"] or 0)
