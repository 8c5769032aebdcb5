import pytest
from django.urls import reverse

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.organizations.models import Organization, Tenure

pytestmark = pytest.mark.django_db


def test_the_list_holds_the_unit_and_what_stands_below(cast, get):
    body = get("county_clerk", "units").content.decode()
    shown = [cast.units[key].name in body for key in ("county", "township", "factory", "hospital")]
    assert shown == [True] * 4
    assert cast.neighbour_county.name not in body
    assert cast.other_city.name not in body


def test_the_list_is_searched_by_initials_and_filtered_by_level(cast, get):
    body = get("city_clerk", "units", q="hqjx").content.decode()
    assert cast.factory.name in body
    assert cast.mine.name not in body
    body = get("city_clerk", "units", level="county", own="on").content.decode()
    assert cast.neighbour_county.name in body
    assert cast.factory.name not in body


def test_nothing_found_says_how_to_go_on(cast, get):
    body = get("city_clerk", "units", q="没有这样的工会").content.decode()
    assert "没有符合条件的组织" in body


def test_a_unit_outside_the_scope_is_not_found(cast, get):
    assert get("county_clerk", "unit", cast.neighbour_county.pk).status_code == 404
    assert get("county_clerk", "unit", 10**9).status_code == 404


def test_a_unit_is_founded_below_and_told(cast, get, post):
    data = {"name": "城关区快递行业工会联合会", "short_name": "快递联合会", "level": "township", "kind": "joint"}
    answer = post("county_clerk", "unit-found", cast.county.pk, **data)
    founded = Organization.objects.get(name="城关区快递行业工会联合会")
    assert (answer.status_code, answer.url) == (303, reverse("office:unit", args=[founded.pk]))
    assert founded.parent_id == cast.county.pk


def test_a_refused_unit_keeps_what_was_typed(cast, post):
    before = Organization.objects.count()
    answer = post(
        "county_clerk",
        "unit-found",
        cast.county.pk,
        name="新建工会",
        level="grassroots",
        kind="grassroots",
        credit_code="123",
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="新建工会"' in body
    assert Organization.objects.count() == before


def test_the_neighbour_founds_nothing_here(cast, post):
    before = Organization.objects.count()
    answer = post("neighbour", "unit-found", cast.county.pk, name="不该有的工会", level="grassroots", kind="grassroots")
    assert (answer.status_code, Organization.objects.count()) == (404, before)


def test_a_new_name_keeps_the_old_one_in_the_history(cast, get, post):
    old = cast.factory.name
    post("county_clerk", "unit-rename", cast.factory.pk, name="红旗装备公司工会", short_name="红旗装备")
    body = get("county_clerk", "unit", cast.factory.pk).content.decode()
    assert "红旗装备公司工会" in body
    assert old in body


def test_moving_asks_again_with_the_number_and_the_name(cast, get, post):
    data = {"to": cast.neighbour_county.pk, "reason": "区划调整"}
    asked = post("city_clerk", "unit-move", cast.township.pk, **data)
    assert "2" in asked.content.decode()
    assert Organization.objects.get(pk=cast.township.pk).parent_id == cast.county.pk
    wrong = post("city_clerk", "unit-move", cast.township.pk, **data, confirmed="1", typed="别的名字")
    assert wrong.status_code == 422
    assert Organization.objects.get(pk=cast.township.pk).parent_id == cast.county.pk
    done = post("city_clerk", "unit-move", cast.township.pk, **data, confirmed="1", typed=cast.township.name)
    assert done.status_code == 303
    assert Organization.objects.get(pk=cast.township.pk).parent_id == cast.neighbour_county.pk
    assert audit.rows(verb="organizations.moved").first().reason == "区划调整"


def test_a_unit_with_units_below_is_not_closed(cast, get, post):
    answer = post("city_clerk", "unit-close", cast.county.pk, reason="撤并")
    assert answer.status_code == 422
    assert Organization.objects.get(pk=cast.county.pk).until is None


def test_a_post_is_created_taken_up_and_left(cast, get, post):
    post("county_clerk", "unit-post", cast.factory.pk, title="主席", kind="chair")
    office = cast.factory.posts.get()
    answer = post("county_clerk", "unit-hold", cast.factory.pk, office.pk, person=cast.chair.pk)
    assert answer.status_code == 303
    tenure = Tenure.objects.get(post=office)
    assert (tenure.person_id, tenure.until) == (cast.chair.pk, None)
    assert cast.chair.name in get("county_clerk", "unit", cast.factory.pk).content.decode()
    post("county_clerk", "unit-leave", cast.factory.pk, tenure.pk)
    tenure.refresh_from_db()
    assert tenure.until is not None


def test_a_post_is_not_given_to_somebody_out_of_sight(cast, get, post):
    post("county_clerk", "unit-post", cast.factory.pk, title="主席", kind="chair")
    office = cast.factory.posts.get()
    answer = post("county_clerk", "unit-hold", cast.factory.pk, office.pk, person=cast.stranger.pk)
    assert (answer.status_code, Tenure.objects.count()) == (404, 0)


def test_the_list_leaves_as_a_sheet(cast, get):
    answer = get("city_clerk", "units-export")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content[:2] == b"PK"
