"""`unionhall report check`: the agreed shape, positions in the text, exit codes."""

import json
from datetime import date

import docx
import pytest
from click.testing import CliRunner

from unionhall.config.cli.report import report as noun
from unionhall.work.reports.tests.conftest import Books
from unionhall.work.reports.tests.test_check_texts import DIFFERS, HOLDS, NOT_COUNTED, TEXT, UNKNOWABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(cast):
    kept = Books()
    kept.post("issues.identified", cast.county, date(2025, 3, 1), times=10, source="research")
    kept.post("issues.resolved", cast.county, date(2025, 5, 1), times=4, source="research")


def test_the_terminal_answers_in_the_agreed_shape(cast, books, tmp_path):
    file = tmp_path / "总结.txt"
    file.write_bytes(TEXT.encode("gbk"))
    asked = ["check", str(file), "--org", cast.city.code, "--from", "2025-01-01", "--to", "2025-12-31", "--json"]
    result = CliRunner().invoke(noun, asked, standalone_mode=False)
    assert result.exception is None
    found = json.loads(result.stdout)
    wanted = {"printed", "value", "unit", "qualifier", "start", "end", "indicator", "verdict", "reason"}
    assert all(wanted <= set(one) for one in found["figures"])
    assert all(TEXT[one["start"] : one["end"]] == one["printed"] for one in found["figures"])
    assert [one["verdict"] for one in found["figures"]] == [HOLDS, DIFFERS, HOLDS, NOT_COUNTED, UNKNOWABLE, NOT_COUNTED]
    assert [(one["kind"], one["printed"], one["verdict"], one["expected"]) for one in found["arithmetic"]] == [
        ("rate", "40%", DIFFERS, 50)
    ]
    assert result.return_value == 4
    assert "text" not in found


def test_the_terminal_gives_the_text_of_a_document(cast, books, tmp_path):
    document = docx.Document()
    document.add_paragraph("全年发现问题10项。")
    document.save(tmp_path / "总结.docx")
    asked = ["check", str(tmp_path / "总结.docx"), "--org", cast.city.code, "--from", "2025-01-01", "--to", "2025-12-31", "--json"]
    found = json.loads(CliRunner().invoke(noun, asked, standalone_mode=False).stdout)
    (one,) = found["figures"]
    assert found["text"][one["start"] : one["end"]] == "10项"
    assert one["link"].startswith("/figures/") or "figures" in one["link"]
