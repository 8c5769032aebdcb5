import pytest
from django.urls import reverse

PAGES = ["home", "worklist", "programmes", "units", "people"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_the_page_opens_for_a_clerk(cast, name):
    answer = cast.client("city_clerk").get(reverse(f"office:{name}"))
    assert answer.status_code == 200
