"""Two people of one name in one unit are told apart in every picker of people: by the tail that lists show, without a reveal."""

import pytest
from django.urls import reverse

from unionhall.kernel.access.models import Account
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.people.actions import register
from unionhall.lib import masking
from unionhall.shell import search
from unionhall.shell.picking import key

pytestmark = pytest.mark.django_db
PICKERS = ["campaigns.people", "grants.people", "hardship.people", "issues.people", "office.people"]
NUMBERS = ("990101199001011230", "990101199202024564")


@pytest.fixture
def namesakes(cast):
    """Three of one name in one unit: two with numbers, one with a phone alone."""
    numbered = [register(by=None, name="王芳", id_number=number, home=cast.factory) for number in NUMBERS]
    return [*numbered, register(by=None, name="王芳", phone="10012345678", home=cast.factory)]


def test_the_pickers_of_people_are_these():
    assert sorted(one.code for one in search.sources() if one.code.endswith(".people")) == PICKERS


@pytest.mark.parametrize("source", PICKERS)
def test_a_picker_says_which_of_one_name(cast, namesakes, source):
    options = cast.client("county_clerk").get(reverse("shell:options", args=[source]), {"q": "王芳"}).json()["options"]
    name = masking.name("王芳") if source == "office.people" else "王芳"
    tails = ("证件 ****1230", "证件 ****4564", "手机 ****5678")
    assert [(one["value"], one["label"], one["hint"]) for one in options] == [
        (str(person.pk), name, f"红旗机械 · {tail}") for person, tail in zip(namesakes, tails, strict=True)
    ]
    assert audit.reads(kind="people.person").count() == 0


@pytest.mark.parametrize("source", PICKERS)
def test_a_whole_number_typed_into_a_picker_is_on_record(cast, namesakes, source):
    cast.client("county_clerk").get(reverse("shell:options", args=[source]), {"q": NUMBERS[1]})
    kept = [(row.actor, row.subject_id, row.details["field"]) for row in audit.reads(kind="people.person")]
    assert kept == [(cast.county_clerk.pk, str(namesakes[1].pk), "search")]


def test_without_scripts_the_page_lists_who_may_be_meant(cast, namesakes):
    sent = {"title": "饮水机", key("issues.people", "concerns"): "王芳"}
    answer = cast.client("county_clerk").post(reverse("issues:desk-register"), sent)
    named = [f"王芳（红旗机械 · {tail}）" for tail in ("证件 ****1230", "证件 ****4564", "手机 ****5678")]
    form = answer.context["form"]
    assert answer.status_code == 422
    assert form.errors["concerns"] == [f"“王芳”对应 3 项：{'、'.join(named)}。请在列表中选择其中一项。"]
    form["concerns"].as_widget()
    assert form.fields["concerns"].widget.choices[1:] == [
        (str(person.pk), said) for person, said in zip(namesakes, named, strict=True)
    ]


def test_the_tails_are_said_in_english(cast, namesakes):
    Account.objects.filter(person=cast.county_clerk).update(language="en")
    told = cast.client("county_clerk").get(reverse("shell:options", args=["grants.people"]), {"q": "王芳"}).json()["options"]
    assert [one["hint"] for one in told] == [f"红旗机械 · {tail}" for tail in ("ID ****1230", "ID ****4564", "phone ****5678")]
