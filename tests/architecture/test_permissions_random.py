"""On random trees with random grants, the ranges of the house and a walk over raw parents say the same."""

import os
import random
from datetime import date

import pytest

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries
from unionhall.kernel.access.models import Account, Grant, Role
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import clock
from unionhall.testing.matrix import Oracle

SEED = int(os.environ.get("SEED", "20261120"))
TREES, UNITS, PEOPLE = 12, 25, 6
ASKED = ("people.see", "people.reveal", "issues.see", "access.grant", "audit.see")


def grow(rng: random.Random) -> list[Organization]:
    """A tree of branches below one another, so that any shape is allowed."""
    root = organizations.found(name="根", level="province", kind="federation", parent=None, by=None)
    units = [organizations.found(name="枝", level="group", kind="team", parent=root, by=None)]
    while len(units) < UNITS:
        above = rng.choice([unit for unit in units if unit.depth < 12])
        units.append(organizations.found(name=f"枝{len(units)}", level="group", kind="team", parent=above, by=None))
    return [root, *units]


def give(rng: random.Random, person: Person, units: list[Organization]) -> None:
    """A few grants, some of them over, some not yet begun, some for the unit alone."""
    for _ in range(rng.randint(0, 3)):
        since = date(2020, 1, 1) if rng.random() < 0.8 else date(2999, 1, 1)
        until = rng.choice([None, None, date(2999, 6, 1), date(2020, 6, 1)]) if since.year == 2020 else None
        unit, role = rng.choice(units), rng.choice(list(Role.objects.all()))
        below = rng.random() < 0.7
        Grant.objects.create(person=person, role=role, organization=unit, org_path=unit.path, below=below, since=since, until=until)


@pytest.mark.parametrize("number", range(TREES))
def test_the_house_and_the_walk_agree(db: None, number: int):
    rng = random.Random(SEED + number)
    access.load_roles()
    units = grow(rng)
    people = [
        Person.objects.create(name=f"人{one}", home=units[0], org_path=units[0].path, registered_at=clock.now())
        for one in range(PEOPLE)
    ]
    for person in people:
        Account.objects.create(person=person, username=f"p{person.pk}", must_change_password=False)
        give(rng, person, units)
    for _ in range(3):
        moved, to = rng.sample(units[1:], 2)
        if not to.path.startswith(moved.path) and moved.parent_id != to.pk:
            organizations.move(Organization.objects.get(pk=moved.pk), to=Organization.objects.get(pk=to.pk), by=None, reason="x")
            units = [Organization.objects.get(pk=unit.pk) for unit in units]
    oracle = Oracle()
    for person in people:
        for permission in ASKED:
            seen = set(queries.visible(Organization.objects.all(), person, permission, "path").values_list("pk", flat=True))
            assert seen == {unit.pk for unit in units if oracle.may(person.pk, permission, unit.pk)}, (
                SEED + number,
                person.pk,
                permission,
            )
        fewer = Grant.objects.filter(person=person).first()
        if fewer is not None:
            before = set(queries.visible(Organization.objects.all(), person, "people.see", "path").values_list("pk", flat=True))
            fewer.delete()
            after = set(queries.visible(Organization.objects.all(), person, "people.see", "path").values_list("pk", flat=True))
            assert after <= before, "taking a grant away never shows more"


def test_a_range_that_is_off_by_one_is_seen(db: None, monkeypatch: pytest.MonkeyPatch):
    """The sabotage twin: a range whose upper bound reaches one sibling too far."""
    monkeypatch.setattr(queries.organizations, "path_range", lambda path: (path, path[:-1] + chr(ord(path[-1]) + 2)))
    with pytest.raises(AssertionError):
        for number in range(TREES):
            test_the_house_and_the_walk_agree(None, number)
