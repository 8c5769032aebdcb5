"""Whether a phone is somebody else's, asked for a whole list at once; never whose it is."""

from collections.abc import Sequence

from django.db import connection

from unionhall.kernel.people import access
from unionhall.lib import copying

BATCH = 2_000

# The places of the list whose phone stands in the file of somebody of another name; one look into the index for each.
OTHERS = """
SELECT n.place FROM unnest(%(places)s::int[], %(phones)s::bytea[], %(names)s::text[]) AS n(place, blind, name)
 WHERE EXISTS (SELECT 1 FROM people_person p WHERE p.phone_blind = n.blind AND p.name <> n.name AND p.merged_into_id IS NULL)
"""


def of_others(given: Sequence[tuple[str, str]]) -> set[int]:
    """The places in a list of (name, phone), both as the house writes them, whose phone is registered under another name.

    Answers for the whole house and says no more than that; whoever has the same name is a likely double (`duplicates_of_many`).
    """
    blind = access.keys().blinder.blind
    found: set[int] = set()
    for start in range(0, len(given), BATCH):
        called = [(place, name, phone) for place, (name, phone) in enumerate(given[start : start + BATCH], start) if phone]
        told = {
            "places": copying.numbers(place for place, _name, _phone in called),
            "phones": copying.octets(blind("phone", phone) for _place, _name, phone in called),
            "names": copying.texts(name for _place, name, _phone in called),
        }
        with connection.cursor() as cursor:
            cursor.execute(OTHERS, told)
            found.update(place for (place,) in cursor.fetchall())
    return found
