"""house: the one person that is no human."""

import pytest
from django.db import IntegrityError, transaction

from unionhall.kernel.people import queries
from unionhall.kernel.people.models import Kind, Person
from unionhall.lib import clock


def test_there_is_one_house(db):
    house = queries.house()
    assert queries.house() == house
    assert house.kind == Kind.HOUSE
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(kind=Kind.HOUSE, name="又一个", registered_at=clock.now())


def test_a_human_needs_a_home(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(name="王建国", registered_at=clock.now())


def test_a_name_never_appears_in_repr(db):
    assert repr(queries.house()) == f"<Person {queries.house().pk}>"
