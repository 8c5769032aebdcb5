"""The notice and the closing report as official documents: what the .docx says, read back from the file."""

import io
from urllib.parse import urlparse

import docx
import pytest
from django.urls import reverse

from unionhall.lib import dates
from unionhall.work.issues.actions import reviews
from unionhall.work.issues.models import NoticeItem

pytestmark = pytest.mark.django_db


def read(answer):
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    document = docx.Document(io.BytesIO(answer.content))
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text], document


@pytest.fixture
def notice(desk, cast):
    today = dates.today()
    drafted = reviews.draft_notice(organization=cast.county, year=today.year, quarter=(today.month + 2) // 3, by=cast.county_clerk)
    for title in ("饮水机损坏", "活动室被占用"):
        NoticeItem.objects.create(notice=drafted, issue=desk.issue(title), unit=cast.township, problem=title)
    return drafted


def test_a_notice_is_written_by_unit_and_bears_its_number_only_when_issued(cast, notice):
    address = reverse("issues:desk-notice-document", args=[notice.pk])
    quarter = "一二三四"[notice.quarter - 1]
    lines, _document = read(cast.client("county_clerk").get(address))
    body = [
        f"现将{notice.year}年第{quarter}季度问题整改情况通报如下。",
        f"一、{cast.township.name}",
        "1.饮水机损坏。",
        "2.活动室被占用。",
    ]
    assert lines == [f"关于{notice.year}年第{quarter}季度问题整改情况的通报", *body]
    issued = reviews.issue_notice(notice_id=notice.pk, by=cast.county_clerk)
    lines, _document = read(cast.client("county_clerk").get(address))
    assert lines[:2] == [cast.county.name, issued.number]
    assert lines[3:7] == body
    assert lines[-2:] == [cast.county.name, dates.chinese(issued.issued_on)]


def test_a_notice_of_another_county_is_not_there(cast, notice):
    assert cast.client("stranger").get(reverse("issues:desk-notice-document", args=[notice.pk])).status_code == 404


def test_every_figure_of_a_closing_report_is_a_link_to_its_records(desk, cast):
    desk.written_off(desk.issue("甲"))
    desk.issue("乙")
    client = cast.client("county_clerk")
    lines, document = read(client.get(reverse("issues:desk-closing"), {"paper": "docx"}))
    assert lines[0] == f"{cast.county.name}问题整改销号报告"
    assert "共发现问题2项" in lines[1]
    links = [link for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert len(links) == 13, "twelve figures and one kind"
    opened = urlparse(links[0].address)
    assert f"<strong>{links[0].text}</strong>" in client.get(f"{opened.path}?{opened.query}").content.decode()
