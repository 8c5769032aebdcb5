"""Whether a phone is somebody else's, asked for a whole list at once; never whose it is."""

from collections.abc import Mapping, Sequence
from itertools import islice

from django.db import connection

from unionhall.kernel.people import access, rules
from unionhall.kernel.people.rules import Checked
from unionhall.lib import copying, phone, pinyin
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text

BATCH = 2_000
MOST_NAMED = 6  # rows of a sheet that one sentence names

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


def is_of_another(number: str, *, name: str) -> bool:
    """Whether a phone, as typed, is registered for somebody of another name, of whom no more is said; no phone is nobody's."""
    try:
        return bool(of_others([(pinyin.normalise(name), phone.normalise(number))])) if number else False
    except Refused:
        return False


def asked_about(said: Mapping[int, Checked], coming: Sequence[int]) -> list[tuple[int, Text]]:
    """What a sheet is asked about its phones: of the rows `coming` (by number; their phones go on file) those with the phone of
    somebody of another name, in the house or in the sheet (`said`, every row by its number), with the question.

    Families share phones; whose it is stays unsaid.
    """
    asked = [(number, said[number]) for number in coming if number in said and said[number].phone]
    taken = of_others([(one.name, one.phone) for _number, one in asked])
    told = [(asked[place][0], rules.PHONE_TAKEN) for place in sorted(taken)]
    names: dict[str, dict[str, int]] = {}  # of each phone the first row of each name
    for number, one in said.items():
        if one.phone:
            names.setdefault(one.phone, {}).setdefault(one.name, number)
    for number, one in asked:
        if len(names[one.phone]) > 1:
            others = [row for name, row in islice(names[one.phone].items(), MOST_NAMED + 1) if name != one.name]
            told.append((number, rules.phone_shared(others[:MOST_NAMED])))
    return told
