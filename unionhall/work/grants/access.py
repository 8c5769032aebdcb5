"""Who may see and change what in the room: applications by the unit that took them up, batches by the unit that pays."""

from django.db.models import QuerySet

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.access.models import fetched
from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import absent
from unionhall.work.grants.models import Application, Batch

SEE = "grants.see"


def visible_to(by: Person, permission: str = SEE) -> "QuerySet[Application]":
    """The applications that a person may see."""
    return access.visible(Application.objects.all(), by, permission)


def batches_for(by: Person, permission: str = SEE) -> "QuerySet[Batch]":
    """The batches that a person may see."""
    return access.visible(Batch.objects.all(), by, permission)


def for_change(by: Person, application_id: int, *, to: str = SEE) -> Application:
    """An application, locked, after asking for the permission at its unit. Raises NotVisible, Denied."""
    related = ("organization", "programme", "person", "payee", "edition")
    found = visible_to(by).select_related(*related).select_for_update(of=("self",)).filter(pk=application_id).first()
    if found is None:
        raise absent()
    access_actions.require(by, to, at=found.organization)
    return fetched(found)


def batch_for_change(by: Person, batch_id: int, *, to: str) -> Batch:
    """A batch, locked, after asking for the permission at the unit that pays. Raises NotVisible, Denied."""
    found = batches_for(by).select_related("organization").select_for_update(of=("self",)).filter(pk=batch_id).first()
    if found is None:
        raise absent()
    access_actions.require(by, to, at=found.organization)
    return fetched(found)
