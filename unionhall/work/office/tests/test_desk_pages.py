import pytest
from django.urls import reverse

PAGES = [
    ("city_clerk", "home"),
    ("city_clerk", "worklist"),
    ("city_clerk", "programmes"),
    ("city_clerk", "units"),
    ("city_clerk", "people"),
    ("city_clerk", "rules"),
    ("city_clerk", "calendar"),
    ("city_clerk", "jobs"),
    ("city_clerk", "inbox"),
    ("security_admin", "accounts"),
    ("security_admin", "account-open"),
    ("security_admin", "roles"),
    ("security_admin", "role-make"),
    ("auditor", "trail"),
    ("system_admin", "setup"),
    ("county_clerk", "dead-letters"),
    ("system_admin", "calendar"),
    ("system_admin", "rules"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "name"), PAGES)
def test_the_page_opens_for_those_who_may(cast, who, name):
    answer = cast.client(who).get(reverse(f"office:{name}"))
    assert answer.status_code == 200
