import pytest
from django.urls import reverse

from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes.models import CustomField, Edition, Programme, Target

pytestmark = pytest.mark.django_db
CODE = "issue_list_closure"


@pytest.fixture(autouse=True)
def catalogue(db):
    programmes.load_catalogue()


def test_every_programme_is_listed_and_found_by_a_word(get):
    assert "共 239 条" in get("city_clerk", "programmes").content.decode()
    body = get("city_clerk", "programmes", q="销号").content.decode()
    assert reverse("office:programme", args=[CODE]) in body
    assert reverse("office:programme", args=["job_fair"]) not in body


def test_the_list_is_filtered_by_domain(get):
    assert "共 39 条" in get("city_clerk", "programmes", domain="execution").content.decode()


def test_an_edition_is_opened_with_the_proposed_window(cast, get, post):
    form = get("city_clerk", "edition-open", CODE).context["form"] if get("city_clerk", "edition-open", CODE).context else None
    assert form is None or form.initial["since"] <= form.initial["until"]
    answer = post("city_clerk", "edition-open", CODE, since="2026-01-01", until="2026-12-31")
    edition = Edition.objects.get()
    assert (answer.status_code, edition.organization_id, edition.state) == (303, cast.city.pk, "open")
    body = get("city_clerk", "programme", CODE).content.decode()
    assert edition.name in body


def test_a_window_that_ends_before_it_starts_is_refused(post):
    answer = post("city_clerk", "edition-open", CODE, since="2026-12-31", until="2026-01-01")
    assert (answer.status_code, Edition.objects.count()) == (422, 0)


def test_a_leader_opens_nothing(post):
    assert post("leader", "edition-open", CODE, since="2026-01-01", until="2026-12-31").status_code == 403
    assert Edition.objects.count() == 0


def test_a_target_stands_beside_its_figure(get, post):
    post("city_clerk", "edition-open", CODE, since="2026-01-01", until="2026-12-31")
    edition = Edition.objects.get()
    post("city_clerk", "programme-target", CODE, edition.pk, indicator="issues.cleared", comparison="at_least", value="40")
    assert (Target.objects.get().indicator, Target.objects.get().value) == ("issues.cleared", 40)
    assert "目标：不低于 40" in get("city_clerk", "programme", CODE).content.decode()


def test_an_edition_closes_and_reopens_with_reasons(post):
    post("city_clerk", "edition-open", CODE, since="2026-01-01", until="2026-12-31")
    edition = Edition.objects.get()
    post("city_clerk", "edition-close", CODE, edition.pk, reason="完成")
    edition.refresh_from_db()
    assert edition.state == "closed"
    assert post("city_clerk", "edition-reopen", CODE, edition.pk, reason="").status_code == 422
    post("city_clerk", "edition-reopen", CODE, edition.pk, reason="补报")
    edition.refresh_from_db()
    assert edition.state == "open"


def test_an_own_programme_is_added_without_code(cast, get, post):
    answer = post("city_clerk", "programme-add", name_zh="高温送清凉", domain="wellbeing", rooms=["campaigns"], cadence="yearly")
    added = Programme.objects.get(name_zh="高温送清凉")
    assert (answer.status_code, added.owner_id) == (303, cast.city.pk)
    assert "高温送清凉" in get("county_clerk", "programmes", q="清凉").content.decode()
    assert "高温送清凉" not in get("stranger", "programmes", q="清凉").content.decode()


def test_an_own_field_is_added_to_a_programme(get, post):
    post("city_clerk", "programme-field", CODE, label_zh="牵头领导", code="leader", kind="text")
    assert CustomField.objects.get().label_zh == "牵头领导"
    assert "牵头领导" in get("county_clerk", "programme", CODE).content.decode()
