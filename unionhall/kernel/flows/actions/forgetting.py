"""What steps and tasks say in words about somebody who is erased goes; what happened when, by whom and to which state stays."""

from collections.abc import Mapping, Sequence

from django.db.models import Case, F, Q, Value, When

from unionhall.kernel.flows.models import Once, Step, Task
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.registry import GONE

# numbers, names of units, and names of those who handled it
KEPT = frozenset(
    {"before", "to", "to_name", "from", "from_name", "step", "task", "tasks", "unit", "kept_by", "before_handler", "person", "by"}
)


def forget(person: Person, records: Mapping[str, Sequence[int]]) -> None:
    """Let the reasons and other words of the steps on records about a person go, and the titles of their tasks."""
    Once.objects.filter(caller=person).delete()
    for kind, numbers in records.items():
        own = Q(record_kind=kind, record_id__in=numbers)
        Step.objects.filter(own).exclude(reason="").update(reason="")
        for step in Step.objects.filter(own).exclude(details={}).only("pk", "details"):
            kept = {name: value for name, value in step.details.items() if name in KEPT or isinstance(value, int | None)}
            if kept != step.details:
                Step.objects.filter(pk=step.pk).update(details=kept)
        reason = Case(When(pause_reason="", then=Value("")), default=Value(GONE))
        Task.objects.filter(own).update(title=F("reference"), pause_reason=reason)
