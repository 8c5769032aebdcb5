"""Units from a sheet: founded together in any order, corrected by their code, refused outside the scope, taken back."""

import pytest

from unionhall.kernel.exchange.models import Import
from unionhall.kernel.exchange.tests.conftest import book, counts, upload
from unionhall.kernel.organizations.models import Organization

pytestmark = pytest.mark.django_db
HEAD = ["单位编码", "名称", "简称", "层级", "类型", "上级编码"]


def brought(post, *lines):
    assert post("system_admin", "import", "organizations.units", file=upload(book(HEAD, *lines))).status_code == 303
    return Import.objects.order_by("-pk")[0]


def test_faulty_cells_are_mended_in_place_and_all_come_in_together(post, get):
    one = brought(
        post,
        ["SF-0003", "新能源公司工会", "新能源", "星球", "基层工会", "SF-0002"],
        ["SF-0002", "", "开发街道", "街道", "总工会", "SF-0001"],
        ["SF-0001", "开发区总工会", "开发区总", "县", "总工会", ""],
    )
    assert counts(one) == {"made": 1, "refused": 2}
    post("system_admin", "import-mend", one.pk, **{"cell-2-level": "基层", "cell-3-name": "开发街道总工会"})
    one.refresh_from_db()
    said = [(finding.row, finding.column, finding.message) for finding in one.findings.all()]
    assert (counts(one), said) == ({"made": 3}, [])
    assert "没有需要处理的行" in get("system_admin", "import-page", one.pk).content.decode()
    post("system_admin", "import-run", one.pk)
    one.refresh_from_db()
    assert (one.state, counts(one)) == ("done", {"made": 3})
    assert Organization.objects.get(code="SF-0003").parent.code == "SF-0002"


def test_a_unit_outside_is_as_unknown_as_none(cast, post):
    one = brought(
        post,
        [cast.port.code, "改名", "", "基层", "基层工会", ""],
        ["SF-9", "新厂工会", "", "基层", "基层工会", cast.other_city.code],
    )
    assert counts(one) == {"refused": 2}
