"""What the permission matrix tries at the desk: units, people, and programmes with their editions."""

from typing import Any

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Role
from unionhall.kernel.ledger import registry as ledger
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as house
from unionhall.kernel.policies import registry as policies
from unionhall.kernel.programmes import actions as programmes
from unionhall.testing.matrix import Anywhere, FromBelow, from_below


def objects(cast: Any, unit: Organization, token: str) -> dict[str, dict[str, Any]]:
    """A team below the unit, somebody registered there, and an edition of an own programme, each named by the canary."""
    figure = Anywhere(code=ledger.indicators()[0].code)
    house_wide = {
        "office:figure": figure,
        "office:figure-cuts": figure,
        "office:rule": Anywhere(code=policies.policies()[0].code),
        "office:rule-set": Anywhere(code=policies.policies()[0].code),
        "office:calendar-confirm": Anywhere(year=2026),
    }
    return {**_unit(unit, token), **_person(unit, token), **_programme(cast, unit, token), **house_wide}


def _unit(unit: Organization, token: str) -> dict[str, dict[str, Any]]:
    team = organizations.found(name=token, short_name=token, code=token, level="group", kind="team", parent=unit, by=None)
    post = organizations.add_post(organization=team, title=token, by=None)
    tenure = organizations.hold_post(post, person_id=house.house().pk, by=None)
    pages = ("unit", "unit-found", "unit-rename", "unit-correct", "unit-move", "unit-merge", "unit-close", "unit-post")
    return {
        "office:units": {},
        **{f"office:{page}": {"id": team.pk} for page in pages},
        "office:unit-hold": {"id": team.pk, "post": post.pk},
        "office:unit-leave": {"id": team.pk, "tenure": tenure.pk},
    }


def _person(unit: Organization, token: str) -> dict[str, dict[str, Any]]:
    person = people.register(by=None, name=token, home=unit, sealed={"address": token})
    pages = {f"office:{page}": {"id": person.pk} for page in ("person", "person-correct", "person-erase", "person-handover")}
    return {
        "office:people": {},
        **pages,
        "office:person-reveal": {"id": person.pk, "field": "address"},
        **_account(person, unit, token),
    }


def _account(person: Any, unit: Organization, token: str) -> dict[str, dict[str, Any]]:
    account, _password = access.open_account(person, username=token, by=None)
    given = access.grant(person, role=Role.objects.get(code="leader"), at=unit, by=None)
    role = Role.objects.create(code=token.lower(), zh=token, permissions=["people.see"], organization=unit)
    one = {"id": account.pk}
    return {
        **{f"office:account{page}": one for page in ("", "-reset", "-sessions", "-disable", "-give")},
        "office:account-take": {**one, "grant": given.pk},
        "office:role": {"id": role.pk},
    }


def _programme(cast: Any, unit: Organization, token: str) -> dict[str, dict[str, Any]]:
    by = house.house()
    own = programmes.add_programme(by=by, organization=cast.province, domain="rights", name_zh=f"项目{unit.pk}", rooms=["issues"])
    edition = programmes.open_edition(by=by, programme=own, organization=unit, name=from_below(token))
    at = FromBelow(code=own.code, edition=edition.pk)
    return {
        **{f"office:{page}": Anywhere(code=own.code) for page in ("programme", "edition-open", "programme-field")},
        **{f"office:{page}": at for page in ("programme-target", "edition-close", "edition-reopen")},
    }
