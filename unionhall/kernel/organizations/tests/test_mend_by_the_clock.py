import pytest

from unionhall.kernel.organizations import actions, jobs
from unionhall.kernel.organizations.models import Employer, Organization

pytestmark = pytest.mark.django_db


def test_a_path_that_went_stale_in_the_moment_of_a_move_is_mended():
    city = actions.found(name="甲市总工会", level="city", kind="federation", parent=None, by=None)
    county = actions.found(name="乙县总工会", level="county", kind="federation", parent=city, by=None)
    employer = actions.add_employer(name="乙县机械厂", organization=county, by=None)
    Employer.objects.filter(pk=employer.pk).update(org_path="ZZZZ")
    assert [entry.run() for entry in jobs.periodic] == [1]
    employer.refresh_from_db()
    assert employer.org_path == Organization.objects.get(pk=county.pk).path
    assert jobs.mend_paths() == 0
