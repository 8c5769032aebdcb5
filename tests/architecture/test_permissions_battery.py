"""The battery itself: a sound door passes, and each kind of unsound door is seen. The doors here stand on employers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from unionhall.kernel.access import queries as access
from unionhall.kernel.organizations import actions as organizations
from unionhall.kernel.organizations.models import Employer, Organization
from unionhall.lib.refusal import NotVisible
from unionhall.shell import doors
from unionhall.testing import matrix
from unionhall.testing.cast import Cast

SEE = "organizations.see"
TRIED = ("county_clerk", "neighbour", "stranger", "leader", "auditor", "disabled")


def visible_to(by: Any) -> Any:
    return access.visible(Employer.objects.all(), by, SEE)


@doors.page(permission=SEE)
def listed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(one.name for one in visible_to(request.person)))


@doors.page(permission=SEE)
def shown(request: HttpRequest, id: int) -> HttpResponse:
    found = visible_to(request.person).filter(pk=id).first()
    if found is None:
        raise NotVisible("")
    return HttpResponse(found.name)


@doors.page(permission="organizations.manage", methods=("POST",))
def renamed(request: HttpRequest, id: int) -> HttpResponse:
    found = access.visible(Employer.objects.all(), request.person, "organizations.manage").filter(pk=id).first()
    if found is None:
        raise NotVisible("")
    return HttpResponse("ok")


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody declared me")


SIGN_IN = path("account/", include("unionhall.kernel.access.urls"))
SOUND = [path("l", listed, name="l"), path("s/<int:id>", shown, name="s"), path("r/<int:id>", renamed, name="r"), SIGN_IN]
urlpatterns = SOUND


def employers(cast: Cast, unit: Organization, token: str) -> dict[str, dict[str, int]]:
    made = organizations.add_employer(name=token, organization=unit, by=None)
    return {"l": {}, "s": {"id": made.pk}, "r": {"id": made.pk}}


@pytest.fixture
def found(cast: Cast, settings: Any) -> Callable[..., set[str]]:
    """What the battery says of a set of doors."""

    def try_doors(
        *patterns: Any, people: tuple[str, ...] = ("county_clerk", "neighbour", "stranger", "leader", "auditor", "disabled")
    ):
        settings.ROOT_URLCONF = ("", *patterns, SIGN_IN) and _urlconf([*patterns, SIGN_IN])
        world = matrix.build(cast, {"here": employers})
        return {breach.said for breach in matrix.breaches(world, people=people)}

    return try_doors


def _urlconf(patterns: list[Any]) -> type:
    return type("Doors", (), {"urlpatterns": patterns, "__hash__": object.__hash__})


def test_sound_doors_pass(found):
    assert found(*SOUND[:3]) == set()


def test_an_undeclared_door_is_named(settings):
    settings.ROOT_URLCONF = _urlconf([path("bare", bare, name="bare"), *SOUND])
    assert matrix.undeclared() == ["bare"]


def test_a_route_without_a_sample_is_named(cast, settings):
    settings.ROOT_URLCONF = _urlconf(SOUND)
    assert matrix.unsampled(matrix.build(cast, {})) == ["s", "r"]
    assert matrix.unsampled(matrix.build(cast, {"here": employers})) == []


def test_a_list_without_the_filter_is_seen(found, monkeypatch):
    monkeypatch.setattr(access, "visible", lambda queryset, *_args: queryset)
    said = found(*SOUND[:3])
    assert {"lists the object of city", "answers 200 to somebody outside"} <= said


def test_a_lock_out_is_seen(found, monkeypatch):
    monkeypatch.setattr(access, "visible", lambda queryset, *_args: queryset.none())
    assert {"does not find its own", "answers 404 to somebody inside"} <= found(*SOUND[:3])


def test_a_door_with_the_wrong_permission_is_seen(found):
    @doors.page(signed_in=True)
    def open_list(request: HttpRequest) -> HttpResponse:
        return listed(request)

    open_list.permission = SEE
    assert found(path("l", doors.page(signed_in=True)(lambda request: HttpResponse("")), name="l")) == set()

    @doors.page(public=True)
    def shown_to_all(request: HttpRequest, id: int) -> HttpResponse:
        return HttpResponse(Employer.objects.get(pk=id).name)

    shown_to_all.permission = SEE
    assert "answers 200 to a disabled account" in found(path("s/<int:id>", shown_to_all, name="s"))


def test_an_outside_object_that_differs_from_an_absent_one_is_seen(found):
    @doors.page(permission=SEE)
    def telling(request: HttpRequest, id: int) -> HttpResponse:
        seen = visible_to(request.person).filter(pk=id).first()
        if seen is not None:
            return HttpResponse(seen.name)
        return HttpResponse("not yours" if Employer.objects.filter(pk=id).exists() else "not there", status=404)

    assert found(path("s/<int:id>", telling, name="s")) == {"can be told from an absent one by its words"}

    @doors.page(permission=SEE)
    def counting(request: HttpRequest, id: int) -> HttpResponse:
        seen = Employer.objects.filter(pk=id).first()
        if seen is None or not visible_to(request.person).filter(pk=seen.pk).exists():
            raise NotVisible("")
        return HttpResponse(seen.name)

    assert found(path("s/<int:id>", counting, name="s")) == {"can be told from an absent one by its queries"}


def test_a_door_that_writes_before_it_refuses_is_seen(found):
    @doors.page(permission="organizations.manage", methods=("POST",))
    def eager(request: HttpRequest, id: int) -> HttpResponse:
        unit = Employer.objects.get(pk=id).organization if id < matrix.ABSENT else request.unit
        organizations.add_post(organization=unit, title="x", by=request.person)
        return renamed(request, id)

    assert "writes although it refuses" in found(path("r/<int:id>", eager, name="r"))


def test_a_door_that_breaks_is_seen(found):
    @doors.page(permission=SEE)
    def broken(request: HttpRequest, id: int) -> HttpResponse:
        raise ZeroDivisionError

    assert found(path("s/<int:id>", broken, name="s"), people=("county_clerk",)) == {"breaks with 500"}


def test_the_oracle_agrees_with_the_house_on_the_cast(cast):
    oracle = matrix.Oracle()
    for key in matrix.TRIED_BY:
        person = cast.people[key]
        for unit in cast.units.values():
            for permission in (SEE, "people.reveal", "audit.see", "access.grant"):
                house = access.may(person, permission, unit) and key != "disabled"
                assert oracle.may(person.pk, permission, unit.pk) is house, (key, unit, permission)
