import pytest
from django.urls import reverse

from unionhall.kernel.audit import queries as audit
from unionhall.kernel.people.actions import register
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.queries import words

pytestmark = pytest.mark.django_db(transaction=True)  # a reveal commits its record before it shows the value

NUMBER = "990101199001011230"


def test_the_list_masks_names_and_shows_only_tails(cast, get):
    body = get("county_clerk", "people").content.decode()
    assert cast.worker.name not in body.replace(cast.worker.name[0] + "**", "")
    assert cast.worker.name[0] + "**" in body
    assert cast.worker.id_last4 in body


@pytest.mark.parametrize("typed", ["yg", "yanggong", "杨", "1149"])
def test_a_person_is_found_by_whatever_one_knows(cast, get, typed):
    assert cast.worker.name == "杨工"
    answer = get("county_clerk", "people", q=typed)
    assert reverse("office:person", args=[cast.worker.pk]) in answer.content.decode()


def test_a_person_outside_the_scope_is_not_found(cast, get):
    assert get("county_clerk", "person", cast.stranger.pk).status_code == 404
    assert cast.stranger.name[0] + "**" not in get("county_clerk", "people", q=cast.stranger.name).content.decode()


def test_a_reveal_needs_a_reason_and_is_on_record_before_it_shows(cast, get, post):
    refused = post("county_clerk", "person-reveal", cast.worker.pk, "id_number", reason="")
    assert refused.status_code == 422
    assert audit.reads(kind="people.person", subject_id=cast.worker.pk).count() == 0
    shown = post("county_clerk", "person-reveal", cast.worker.pk, "id_number", reason="核对困难帮扶申请").content.decode()
    row = audit.reads(kind="people.person", subject_id=cast.worker.pk).get()
    assert (row.actor, words.reason(row), row.details["field"]) == (cast.county_clerk.pk, "核对困难帮扶申请", "id_number")
    assert "9900" in shown
    later = get("county_clerk", "person", cast.worker.pk).content.decode()
    assert "核对困难帮扶申请" in later
    assert "***********" in later


@pytest.mark.parametrize(("page", "inside"), [("office:people", True), ("shell:search", True), ("office:people", False)])
def test_a_search_by_a_whole_number_is_on_record_once_found_or_not(cast, page, inside):
    person = register(by=None, name="韩立", id_number=NUMBER, home=cast.county if inside else cast.other_county)
    cast.client("county_clerk").get(reverse(page), {"q": NUMBER})
    kept = [(row.actor, row.subject_id, row.details["field"]) for row in audit.reads(kind="people.person")]
    assert kept == [(cast.county_clerk.pk, str(person.pk) if inside else "0", "search")]


def test_a_search_by_name_or_tail_reads_nothing_sensitive(cast, get):
    for typed in ("杨工", "yg", "1149"):
        get("county_clerk", "people", q=typed)
    assert audit.reads(kind="people.person").count() == 0


def test_those_without_the_right_reveal_nothing(cast, post):
    answer = post("chair", "person-reveal", cast.worker.pk, "id_number", reason="看看")
    assert answer.status_code == 403
    assert audit.reads(kind="people.person", subject_id=cast.worker.pk).count() == 0


def test_a_person_is_registered_with_what_the_number_tells(cast, post):
    answer = post("county_clerk", "person-register", name="欧阳奡", id_number=NUMBER, phone="10012345678")
    person = Person.objects.get(name="欧阳奡")
    assert (answer.status_code, answer.url) == (303, reverse("office:person", args=[person.pk]))
    assert (person.birth.isoformat(), person.sex, person.id_last4, person.home_id) == ("1990-01-01", "male", "1230", cast.county.pk)


def test_a_wrong_number_is_refused_beside_its_field(cast, post):
    before = Person.objects.count()
    answer = post("county_clerk", "person-register", name="赵六", id_number="990101199001011239")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Person.objects.count() == before


def test_somebody_who_may_be_known_is_shown_first(cast, post):
    before = Person.objects.count()
    data = {"name": cast.worker.name, "birth": cast.worker.birth.isoformat(), "phone": "10000000014"}
    asked = post("township_clerk", "person-register", **data)
    if Person.objects.count() == before:
        assert reverse("office:person", args=[cast.worker.pk]) in asked.content.decode()
        post("township_clerk", "person-register", **data, anyway="1")
    assert Person.objects.count() == before + 1


OF_ANOTHER, ANYWAY = "这个手机号已登记在其他人名下，请核对。", 'name="anyway"'


def test_a_phone_of_somebody_else_is_asked_about_and_never_said_whose(cast, post):
    data = {"name": "秦如月", "phone": "100 0000 0014"}
    asked = post("county_clerk", "person-register", **data).content.decode()
    assert OF_ANOTHER in asked
    assert cast.worker.name not in asked
    assert ANYWAY not in asked
    assert not Person.objects.filter(name="秦如月").exists()
    done = post("county_clerk", "person-register", **data, shared="1")
    person = Person.objects.get(name="秦如月")
    assert (done.status_code, person.phone_last4) == (303, "0014")


def test_one_s_own_phone_another_one_and_no_phone_are_not_asked_about(cast, post):
    for place, phone in enumerate(("", "10077777777")):
        assert post("county_clerk", "person-register", name=f"卫新来{'甲乙'[place]}", phone=phone).status_code == 303
    wrong = post("county_clerk", "person-register", name="卫新来丙", phone="12")
    assert (wrong.status_code, OF_ANOTHER in wrong.content.decode()) == (422, False)
    same = {"name": cast.worker.name, "phone": "10000000014", "reason": "核对"}
    assert post("county_clerk", "person-correct", cast.worker.pk, **same).status_code == 303


def test_a_correction_to_a_phone_of_somebody_else_is_asked_about_first(cast, post):
    other = register(by=None, name="秦如月", home=cast.county, phone="10077777777")
    told = {"name": "秦如月", "phone": "10000000014", "reason": "本人更正"}
    assert OF_ANOTHER in post("county_clerk", "person-correct", other.pk, **told).content.decode()
    other.refresh_from_db()
    assert other.phone_last4 == "7777"
    assert post("county_clerk", "person-correct", other.pk, **told, shared="1").status_code == 303
    other.refresh_from_db()
    assert other.phone_last4 == "0014"


def test_both_questions_are_answered_one_after_the_other(cast, post):
    before = Person.objects.count()
    register(by=None, name="秦如月", home=cast.county, phone="10077777777")
    data = {"name": "秦如月", "birth": "1990-01-01", "phone": "10000000014"}
    asked = post("county_clerk", "person-register", **data, anyway="1").content.decode()
    assert OF_ANOTHER in asked and '<input type="hidden" name="anyway" value="1">' in asked
    assert Person.objects.count() == before + 1
    assert post("county_clerk", "person-register", **data, anyway="1", shared="1").status_code == 303


def test_an_erased_person_is_gone_from_the_desk(cast, get, post):
    name = cast.worker.name
    half = post("county_clerk", "person-erase", cast.worker.pk, reason="本人申请", typed="别人")
    assert "未删除" in half.content.decode() and 'role="alert"' in half.content.decode()
    assert Person.objects.get(pk=cast.worker.pk).erased_at is None
    done = post("county_clerk", "person-erase", cast.worker.pk, reason="本人申请", typed=name)
    assert done.status_code == 303
    assert Person.objects.get(pk=cast.worker.pk).name == ""
    assert get("county_clerk", "person", cast.worker.pk).status_code == 404
