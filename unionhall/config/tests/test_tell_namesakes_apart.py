"""Two people of one name in one unit are told apart in every picker of people: by the tail that lists show, without a reveal."""

import pytest
from django.urls import reverse

from unionhall.kernel.access import actions as access
from unionhall.kernel.access.models import Account, Role
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.people.actions import register
from unionhall.lib import masking
from unionhall.shell import search
from unionhall.shell.picking import key
from unionhall.testing.cast import FOUNDED
from unionhall.work.issues.actions.register import NewIssue
from unionhall.work.issues.actions.register import register as register_issue

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


CHOSEN = {  # pages with a picker of people, the name of its field, and what else is sent so that something else is refused
    "issues:desk-register": "concerns",
    "grants:desk-apply": "person",
    "hardship:desk-register": "head",
}


@pytest.mark.parametrize(("page", "field"), CHOSEN.items())
def test_who_was_picked_stands_as_picked_when_the_rest_of_the_form_is_refused(cast, namesakes, page, field):
    alone = register(by=None, name="欧阳娜", id_number="990101199303038893", home=cast.factory)
    for person, said in ((namesakes[1], "王芳（红旗机械 · 证件 ****4564）"), (alone, "欧阳娜")):
        answer = cast.client("county_clerk").post(reverse(page), {field: person.pk})
        form = answer.context["form"]
        form[field].as_widget()
        assert (answer.status_code, field in form.errors) == (422, False)
        assert form.fields[field].widget.choices[1:] == [(str(person.pk), said)]


def test_who_is_not_in_sight_is_not_named_by_a_key(cast):
    other = register(by=None, name="王芳", id_number=NUMBERS[0], home=cast.other_city)
    form = cast.client("county_clerk").post(reverse("issues:desk-register"), {"concerns": other.pk}).context["form"]
    form["concerns"].as_widget()
    assert form.fields["concerns"].widget.choices[1:] == [(str(other.pk), "")]


@pytest.mark.parametrize(
    ("page", "role", "field"),
    [("office:account-open", "security_admin", "person"), ("office:person-handover", "county_clerk", "taker")],
)
def test_a_masked_picker_stays_masked_and_told_apart(cast, namesakes, page, role, field):
    given = [namesakes[0].pk] if page == "office:person-handover" else []
    answer = cast.client(role).post(reverse(page, args=given), {field: namesakes[1].pk})
    form = answer.context["form"]
    form[field].as_widget()
    assert form.fields[field].widget.choices[1:] == [(str(namesakes[1].pk), "王**（红旗机械 · 证件 ****4564）")]


@pytest.fixture
def mates(cast):
    """Two colleagues of one name at the county, and one of a name of their own."""
    role = Role.objects.get(code="county_clerk")
    made = []
    for place, (name, number) in enumerate((("王芳", NUMBERS[0]), ("王芳", NUMBERS[1]), ("欧阳娜", "990101199303038893"))):
        person = register(by=None, name=name, id_number=number, home=cast.county)
        access.open_account(person, username=f"mate{place}", by=None)
        access.grant(person, role=role, at=cast.county, by=None, since=FOUNDED)
        made.append(person)
    return made


TWO = ["王芳（城关区总 · 证件 ****1230）", "王芳（城关区总 · 证件 ****4564）"]


def test_colleagues_are_told_apart_with_scripts_and_without(cast, mates):
    client, page = cast.client("county_clerk"), reverse("office:deputies")
    options = client.get(reverse("shell:options", args=["office.colleagues"]), {"q": "王芳"}).json()["options"]
    assert [(one["value"], f"{one['label']}（{one['hint']}）") for one in options] == [
        (str(mate.pk), said) for mate, said in zip(mates, TWO, strict=False)
    ]
    form = client.post(page, {key("office.colleagues", "deputy"): "王芳"}).context["form"]
    assert form.errors["deputy"] == [f"“王芳”对应 2 项：{'、'.join(TWO)}。请在列表中选择其中一项。"]
    for mate, said in zip(mates, [*TWO, "欧阳娜"], strict=True):
        form = client.post(page, {"deputy": mate.pk}).context["form"]
        form["deputy"].as_widget()
        assert "deputy" not in form.errors
        assert form.fields["deputy"].widget.choices[1:] == [(str(mate.pk), said)]


def test_a_list_of_colleagues_tells_namesakes_apart(cast, mates):
    issue = register_issue(organization=cast.county, new=NewIssue(title="屋顶漏水", kind="poor_sites"), by=cast.county_clerk)
    form = cast.client("county_clerk").get(reverse("office:forward", args=["issues.issue", issue.pk])).context["form"]
    offered = [label for value, label in form.fields["to"].choices if value in {mate.pk for mate in mates}]
    assert offered == ["欧阳娜", *TWO]


def test_who_takes_up_a_post_stays_named(cast, namesakes):
    page = reverse("office:unit-hold", args=[cast.factory.pk, 1])
    form = cast.client("county_clerk").post(page, {"person": namesakes[1].pk, "since": "never"}).context["form"]
    form["person"].as_widget()
    assert form.fields["person"].widget.choices[1:] == [(str(namesakes[1].pk), "王**（红旗机械 · 证件 ****4564）")]
