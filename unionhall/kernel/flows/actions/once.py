"""Acts that happen once, however often they are asked for: double clicks, retries, impatient clients."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar, cast

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.translation import gettext as _

from unionhall.kernel.flows.models import Once
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict

Result = TypeVar("Result")
KEPT = timedelta(hours=24)


def digest_of(content: Mapping[str, object]) -> str:
    """A fingerprint of what was asked for, the same for the same content in any order."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


@transaction.atomic
def once(by: Person, key: str, digest: str, act: Callable[[], Result]) -> Result:
    """Do an act under a caller's key, or give the answer of the first time; the result must be plain JSON.

    Asked twice at the same moment, the second waits for the first. If the act fails, nothing is kept and it may be tried
    again. Raises Conflict ("key_reused") when the same key comes with another content.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO flows_once (caller_id, key, digest, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
            [by.pk, key, digest, clock.now()],
        )
        mine = cursor.fetchone()
    if mine is None:
        known = Once.objects.get(caller=by, key=key)
        if known.digest != digest:
            raise Conflict(_("This key was already used for something else."), code="key_reused")
        return cast(Result, known.result)
    result = act()
    Once.objects.filter(pk=mine[0]).update(result=result)
    return result


def purge() -> int:
    """Forget keys older than a day."""
    return Once.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
