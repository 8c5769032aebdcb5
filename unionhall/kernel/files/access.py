"""Who may open a file: whoever sees the record it hangs on, asked at every opening."""

from django.utils.translation import gettext as _

from unionhall.kernel.files import registry
from unionhall.kernel.files.models import File
from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import NotVisible


def require_visible(by: Person, record_kind: str, record_id: int) -> None:
    """Raise NotVisible unless the person sees the record now; the house itself sees all."""
    if by.kind == "house":
        return
    if not registry.owner(record_kind)(by).filter(pk=record_id).exists():
        raise NotVisible(_("The file was not found, or it is outside your scope."))


def file_for(by: Person, file_id: int) -> File:
    """A file that the person may open. Raises NotVisible, the same for one that is absent."""
    file = File.objects.filter(pk=file_id, withdrawn_at=None).first()
    if file is None:
        raise NotVisible(_("The file was not found, or it is outside your scope."))
    require_visible(by, file.record_kind, file.record_id)
    return file


def for_change(by: Person, file_id: int) -> File:
    """A file that the person may withdraw, locked."""
    file_for(by, file_id)
    return File.objects.select_for_update().get(pk=file_id)
