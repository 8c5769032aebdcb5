"""What the permission matrix tries at the desk: units, people, and programmes with their editions."""

from typing import Any

from unionhall.kernel.ledger import registry as ledger
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import actions as people
from unionhall.kernel.people import queries as house
from unionhall.kernel.programmes import actions as programmes
from unionhall.testing.matrix import Anywhere, FromBelow, from_below


def objects(cast: Any, unit: Organization, token: str) -> dict[str, dict[str, Any]]:
    """A team below the unit, somebody registered there, and an edition of an own programme, each named by the canary."""
    figure = Anywhere(code=ledger.indicators()[0].code)
    return {**_unit(unit, token), **_person(unit, token), **_programme(cast, unit, token), "office:figure": figure}


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
    pages = {f"office:{page}": {"id": person.pk} for page in ("person", "person-correct", "person-erase")}
    return {"office:people": {}, **pages, "office:person-reveal": {"id": person.pk, "field": "address"}}


def _programme(cast: Any, unit: Organization, token: str) -> dict[str, dict[str, Any]]:
    by = house.house()
    own = programmes.add_programme(by=by, organization=cast.province, domain="rights", name_zh=f"项目{unit.pk}", rooms=["issues"])
    edition = programmes.open_edition(by=by, programme=own, organization=unit, name=from_below(token))
    at = FromBelow(code=own.code, edition=edition.pk)
    return {
        **{f"office:{page}": Anywhere(code=own.code) for page in ("programme", "edition-open", "programme-field")},
        **{f"office:{page}": at for page in ("programme-target", "edition-close", "edition-reopen")},
    }
