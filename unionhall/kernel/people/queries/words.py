"""Reading the reasons that the trail keeps sealed; whoever may see the row may see its reason."""

import base64
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from unionhall.kernel.people import access
from unionhall.kernel.people.models import DataKey
from unionhall.kernel.people.registry import SEALED
from unionhall.lib import sm4


def reasons(rows: Iterable[Any]) -> dict[int, str]:
    """The reasons of rows of the trail by their keys; of what was said about somebody erased only that it is gone.

    Raises Unreadable for one that was altered.
    """
    given = list(rows)
    whom = {told["of"] for row in given if (told := row.details.get(SEALED))}
    if not whom:
        return {row.pk: row.reason for row in given}
    ring = access.keys()
    with transaction.atomic(), access.scope(access.EVERYWHERE):
        found = DataKey.objects.filter(person__in=whom, words__isnull=False).values_list("person_id", "words")
        keys = {person: access.words_key(person, bytes(wrapped), ring) for person, wrapped in found if wrapped is not None}
    return {row.pk: _opened(row, keys) for row in given}


def reason(row: Any) -> str:
    """The reason of one row."""
    return reasons([row])[row.pk]


def _opened(row: Any, keys: dict[int, bytes]) -> str:
    told = row.details.get(SEALED)
    if not told:
        return str(row.reason)
    if told["of"] not in keys:
        return _("(erased)")
    return sm4.unseal(keys[told["of"]], base64.b64decode(told["reason"]), aad=access.trail_place(told["of"])).decode()
