"""Two desks register the same human at the same moment: one person, one refusal, nothing half done."""

import threading

import pytest
from django.db import connection

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import DataKey, Person
from unionhall.kernel.people.rules import NewPerson
from unionhall.lib.refusal import Conflict

ID = "11010519491231002X"


@pytest.mark.django_db(transaction=True)
def test_the_same_number_goes_in_once(cast):
    before, told, start = Person.objects.count(), [], threading.Barrier(6)

    def desk(number):
        wang = NewPerson(name=f"王{number}", home=cast.factory, phone="13800138000")
        li = NewPerson(name="李四", home=cast.factory, id_number=ID)
        try:
            start.wait(30)
            outcome = people.register_many([wang, li], by=None)
            told.extend(type(refusal).__name__ for _index, refusal in outcome.refused)
        except Exception as error:  # noqa: BLE001 - a thread of a test hands on whatever went wrong
            told.append(type(error).__name__ if isinstance(error, Conflict) else repr(error))
        finally:
            connection.close()

    desks = [threading.Thread(target=desk, args=(number,)) for number in range(6)]
    for thread in desks:
        thread.start()
    for thread in desks:
        thread.join()
    assert set(told) <= {"Conflict", "AlreadyRegistered"}
    assert len(told) == 5
    assert Person.objects.filter(name="李四").count() == 1
    refused_whole = told.count("Conflict")
    assert Person.objects.count() - before == 1 + 6 - refused_whole  # a refused list leaves nobody behind
    assert DataKey.objects.count() == Person.objects.filter(kind="person").count()
    assert audit.verify().ok
