"""Who sees a job or an import: the person who started it. And the key under which the rows of an import lie sealed."""

from typing import Any

import orjson
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from unionhall.kernel.exchange.models import Import, Job
from unionhall.kernel.people import access as people
from unionhall.kernel.people.models import Person
from unionhall.lib import sm4
from unionhall.lib.refusal import NotVisible, Refused


def visible_to(by: Person) -> QuerySet[Job]:
    """The jobs that a person started, newest first."""
    return Job.objects.filter(started_by=by).order_by("-id")


def for_change(by: Person, job_id: int) -> Job:
    """One of the person's own jobs, locked. Raises NotVisible."""
    job = Job.objects.select_for_update().filter(started_by=by, id=job_id).first()
    if job is None:
        raise NotVisible("job")
    return job


def imports_of(by: Person) -> QuerySet[Import]:
    """The imports that a person brought, newest first: the file is theirs, with all that it says in the clear."""
    return Import.objects.filter(started_by=by).select_related("organization", "job").order_by("-id")


def import_for(by: Person, import_id: int) -> Import:
    """One of the person's own imports. Raises NotVisible."""
    found = imports_of(by).filter(id=import_id).first()
    if found is None:
        raise NotVisible("import")
    return found


def import_for_change(by: Person, import_id: int) -> Import:
    """The same, locked. Raises NotVisible."""
    found = (
        Import.objects.select_for_update(of=("self",))
        .select_related("organization", "started_by")
        .filter(started_by=by, id=import_id)
        .first()
    )
    if found is None:
        raise NotVisible("import")
    return found


def new_key() -> tuple[bytes, bytes]:
    """A fresh key for one import: bare, and wrapped by the house's master key. Raises KeysMissing."""
    ring, bare = people.keys(), sm4.new_key()
    return bare, sm4.seal(ring.master(ring.current), bare, aad=b"exchange.import", key_id=ring.current)


def key_of(one: Import) -> bytes:
    """The bare key of an import. Raises Refused once its rows are swept, KeysMissing, Unreadable."""
    wrapped = bytes(one.sealed_key)
    if not wrapped:
        raise Refused(_("The rows of this import are no longer kept; bring the file again."), code="gone")
    return sm4.unseal(people.keys().master(sm4.key_id_of(wrapped)), wrapped, aad=b"exchange.import")


def seal(key: bytes, content: Any, *, place: str) -> bytes:
    """Plain content sealed and bound to its place in the import."""
    return sm4.seal(key, orjson.dumps(content), aad=place.encode(), key_id=0)


def unseal(key: bytes, sealed: bytes | memoryview, *, place: str) -> Any:
    """The content again. Raises Unreadable for anything altered or out of its place."""
    return orjson.loads(sm4.unseal(key, bytes(sealed), aad=place.encode()))
