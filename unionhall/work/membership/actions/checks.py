"""Asking the set-up check whether a name and a document number belong together."""

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from unionhall.kernel.people import access as people_access
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.work.membership import adapters

CONFIRMS = {"name": "check", "id_number": "check"}  # what a match confirms


@sensitive_variables()
def check(person: Person) -> str:
    """The check's answer about one person; UNKNOWN where no check is set up or no number is known."""
    checker = adapters.name_check()
    if isinstance(checker, adapters.Nobody) or person.id_blind is None:
        return adapters.UNKNOWN
    with transaction.atomic(), people_access.scope(people_access.EVERYWHERE):
        number = people.stored(person, "id_number", people_access.keys())
    return checker.check(person.name, number)
