"""The first run: steps that are read from the data."""

import pytest
from django.urls import reverse

from unionhall.kernel.organizations.models import Organization

pytestmark = pytest.mark.django_db


def test_the_steps_follow_what_is_there(cast, get):
    body = get("system_admin", "setup").content.decode()
    assert reverse("office:calendar") in body
    assert reverse("office:import", args=["organizations.units"]) in body
    assert f"{Organization.objects.filter(until=None).count()}" in body


@pytest.mark.parametrize("who", ["city_clerk", "security_admin", "auditor", "chair"])
def test_setting_up_is_for_the_system_administrator(get, who):
    assert get(who, "setup").status_code == 403
