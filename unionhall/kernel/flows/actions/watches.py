"""Following a record."""

from unionhall.kernel.flows import registry
from unionhall.kernel.flows.models import Record, Watch
from unionhall.kernel.people.models import Person


def watch(record: Record, *, by: Person) -> None:
    """Follow a record; twice is the same as once. The door has shown the record, so the person may see it."""
    Watch.objects.get_or_create(person=by, record_kind=registry.kind_of(record), record_id=record.pk)


def unwatch(record: Record, *, by: Person) -> None:
    """No longer follow a record."""
    Watch.objects.filter(person=by, record_kind=registry.kind_of(record), record_id=record.pk).delete()
