"""Files come in, are opened, are withdrawn."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.base import File as DjangoFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.files import access, adapters, queries, registry, rules
from unionhall.kernel.files.models import File
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.registry import GONE
from unionhall.kernel.policies import queries as policies
from unionhall.lib import clock, dates
from unionhall.lib.refusal import NotVisible, Refused, absent

ORPHAN_HOURS = 24
PHONE, PHONE_MINUTES = "files.phone", 15


class Refusal(Refused):
    """A file that may not come in; the sentence says why and what to do."""

    code = "file_refused"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file on its way out; the door closes `content`."""

    name: str
    content_type: str
    size: int
    content: "BinaryIO | DjangoFile[Any]"


@transaction.atomic
def attach(record: Any, upload: UploadedFile, *, by: Person, kind: str) -> File:
    """Check an upload by its content and hang it on a record that the caller has fetched for change.

    Raises Refusal with the reason, NotVisible where the person does not see the record.
    """
    access.require_visible(by, record._meta.label_lower, record.pk)
    organization = Organization.objects.select_for_update(no_key=True).get(pk=record.organization_id)
    most = _limit("files.megabytes", organization) * rules.MEGABYTE
    name = rules.clean_name(upload.name or "file")
    if (upload.size or 0) > most:
        raise _refusal(rules.Unfit("too_large", megabytes=most // rules.MEGABYTE), name)
    try:
        fit = rules.examine(name, upload.read(), most_bytes=most)
    except rules.Unfit as unfit:
        raise _refusal(unfit, name) from unfit
    _check_room(record, organization, len(fit.content), name)
    _scan(fit.content, name)
    file = File.objects.create(
        organization=organization,
        org_path=organization.path,
        record_kind=record._meta.label_lower,
        record_id=record.pk,
        kind=kind,
        name=name,
        extension=fit.extension,
        content_type=fit.content_type,
        size=len(fit.content),
        sha256=_digest(fit.content),
        stored_as=_store(fit),
        brought_by=by,
        brought_at=clock.now(),
    )
    audit.record(by, "files.attached", file, at=organization, record=f"{file.record_kind}:{file.record_id}", sha256=file.sha256)
    return file


def _scan(content: bytes, name: str) -> None:
    try:
        clean = adapters.scanner().is_clean(content)
    except OSError as error:
        raise _refusal(rules.Unfit("not_scanned"), name) from error
    if not clean:
        raise _refusal(rules.Unfit("unsafe"), name)


def _limit(code: str, organization: Organization) -> int:
    limit = policies.value(code, at=organization, on=dates.today()).value
    assert isinstance(limit, int)
    return limit


def _check_room(record: Any, organization: Organization, size: int, name: str) -> None:
    if queries.held_at(record).count >= (most := _limit("files.per_record", organization)):
        raise _refusal(rules.Unfit("too_many", most=most), name)
    gigabytes = _limit("files.unit_gigabytes", organization)
    if queries.held_by(organization).size + size > gigabytes << 30:
        raise _refusal(rules.Unfit("no_room", gigabytes=gigabytes), name)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _store(fit: rules.Fit) -> str:
    # The name is ours alone: nothing that a person typed becomes a path
    token = secrets.token_hex(16)
    return default_storage.save(f"{token[:2]}/{token}.{fit.extension}", ContentFile(fit.content))


def _refusal(unfit: rules.Unfit, name: str) -> Refusal:
    sentences = {
        "empty": _("“%(name)s” is empty; please choose another file."),
        "too_large": _("“%(name)s” is larger than %(megabytes)s MB; please make it smaller or split it."),
        "not_allowed": _("“%(name)s” is of a kind that is not accepted; accepted are: %(allowed)s."),
        "not_what_it_says": _("The content of “%(name)s” does not match its extension .%(extension)s; please save it anew."),
        "broken": _("“%(name)s” is damaged or incomplete; please open it, save it anew and try again."),
        "encrypted": _("“%(name)s” is encrypted; please remove the password and try again."),
        "active_content": _("“%(name)s” holds macros, scripts or embedded programs; please save it without them."),
        "bomb": _("“%(name)s” unpacks to more than %(megabytes)s MB; please split it."),
        "too_many_pixels": _("“%(name)s” has more than %(millions)s million pixels; please make it smaller."),
        "unsafe": _("“%(name)s” did not pass the safety check and was not kept."),
        "not_scanned": _("“%(name)s” was not kept: the safety check does not answer. Please try again in a few minutes."),
        "too_many": _("There are %(most)s files here already, which is the limit; please withdraw one first."),
        "no_room": _("The unit has used up its %(gigabytes)s GB for files; please ask the administrator."),
    }
    return Refusal(sentences[unfit.code] % {"name": name, **unfit.figures}, field="file", code=f"file_{unfit.code}")


@transaction.atomic
def open_for(by: Person, file_id: int) -> Opened:
    """A file's content for somebody who sees its record now; each opening is noted. Raises NotVisible."""
    file = access.file_for(by, file_id)
    audit.record_read(by, file, field="content", reason=str(_("Opened on the page of its record")), via="download")
    return Opened(
        name=file.name, content_type=file.content_type, size=file.size, content=default_storage.open(file.stored_as, "rb")
    )


def phone_code(record: Any, *, by: Person) -> str:
    """What a page shows as a square code: a phone that reads it adds photos to this record in `by`'s name, and nothing else.

    It holds for `PHONE_MINUTES`; every right is asked again with each photo.
    """
    return signing.dumps([record._meta.label_lower, record.pk, by.pk], salt=PHONE)


def read_phone_code(code: str) -> tuple[Any, Person]:
    """The record and the person that a code names. Raises NotVisible for one that is over, altered, or whose person lost sight."""
    try:
        kind, number, person = signing.loads(code, salt=PHONE, max_age=60 * PHONE_MINUTES)
    except signing.BadSignature as wrong:
        raise absent() from wrong
    by = Person.objects.filter(pk=person, erased_at=None).first()
    record = None if by is None else registry.owner(kind)(by).filter(pk=number).first()
    if by is None or record is None:
        raise absent()
    return record, by


def phone_code_holds(code: str) -> bool:
    """Whether a code still takes photos."""
    try:
        read_phone_code(code)
    except NotVisible:
        return False
    return True


def add_by_phone(code: str, upload: UploadedFile) -> object:
    """Add a photo to the record that a code names. Raises NotVisible, and what the room refuses."""
    record, by = read_phone_code(code)
    return registry.adder(record._meta.label_lower)(by, record.pk, upload)


@transaction.atomic
def withdraw(*, file_id: int, by: Person, reason: str) -> File:
    """Take a file back: the content goes after commit, the row stays. Raises NotVisible, Refused without a reason."""
    file = access.for_change(by, file_id)
    if not reason.strip():
        raise Refused(_("Please say why the file is withdrawn."), field="reason")
    file.withdrawn_at = clock.now()
    file.save(update_fields=["withdrawn_at"])
    audit.record(by, "files.withdrawn", file, at=file.organization, reason=reason.strip())
    transaction.on_commit(lambda: default_storage.delete(file.stored_as))
    return file


def forget(person: Person, records: Mapping[str, Sequence[int]]) -> None:
    """When a person is erased: the files of the records about them go after the commit, with the names that they had."""
    for kind, numbers in records.items():
        found = File.objects.filter(record_kind=kind, record_id__in=numbers)
        lying = list(found.filter(withdrawn_at=None).values_list("stored_as", flat=True))
        found.filter(withdrawn_at=None).update(withdrawn_at=clock.now())
        found.update(name=GONE)
        for stored_as in lying:
            transaction.on_commit(partial(default_storage.delete, stored_as))


def sweep() -> int:
    """Remove contents that no row names, left by acts that failed after storing; returns how many."""
    root = Path(settings.MEDIA_ROOT)
    oldest = (clock.now() - timedelta(hours=ORPHAN_HOURS)).timestamp()
    lying = {path.relative_to(root).as_posix(): path for path in root.glob("??/*") if path.stat().st_mtime < oldest}
    named = set(File.objects.filter(stored_as__in=lying, withdrawn_at=None).values_list("stored_as", flat=True))
    orphans = [path for name, path in lying.items() if name not in named]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
