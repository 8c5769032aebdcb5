"""What a request left in the trail: the measure of "nothing was done"."""

from collections.abc import Mapping

from django.db import connection


def ends() -> dict[int, int]:
    """How long each chain of the trail is, by its number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT shard, count FROM audit_head")
        return dict(cursor.fetchall())


def done_since(before: Mapping[int, int]) -> int:
    """How many acts were done, by the trail, since its chains had these lengths; refusals do not count."""
    done = 0
    with connection.cursor() as cursor:
        for shard, count in ends().items():
            if count > (had := before.get(shard, 0)):
                cursor.execute("SELECT count(*) FROM audit_row WHERE shard = %s AND seq > %s AND outcome = 'done'", [shard, had])
                done += int(cursor.fetchone()[0])
    return done
