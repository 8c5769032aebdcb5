"""Help at one touch: what a worker sends becomes a record of the room that takes it, and its state comes back."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from unionhall.kernel.files import queries as files
from unionhall.kernel.flows import registry
from unionhall.kernel.notices import queries as notices
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Refused
from unionhall.work.issues.actions import dispatch, handle
from unionhall.work.issues.models import Issue
from unionhall.work.portal.actions import help
from unionhall.work.portal.models import HelpRequest
from unionhall.work.portal.tests.conftest import WORKER, asked, assert_books_agree, phone

__all__ = ["asked", "phone"]  # fixtures
AMR = b"#!AMR\n" + bytes(400)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def close(cast, request) -> None:
    """The record of a request, worked through by those whose work it is."""
    issue = request.record_id
    dispatch.dispatch(issue_id=issue, to=cast.township, by=cast.county_clerk, grade="general")
    handle.accept(issue_id=issue, by=cast.township_clerk)
    handle.report_progress(issue_id=issue, text="已与厂方核对", by=cast.township_clerk)
    handle.submit(issue_id=issue, solution="加班费已补发", by=cast.township_clerk)
    handle.pass_check(issue_id=issue, by=cast.county_clerk)
    handle.write_off(issue_id=issue, by=cast.county_clerk)


def test_what_is_written_becomes_an_issue_of_the_county(cast, asked):
    issue = Issue.objects.get(pk=asked.record_id)
    assert (asked.record_kind, asked.reference) == ("issues.issue", issue.reference)
    assert (issue.organization, issue.area, issue.source) == (cast.county, cast.factory, "worker")
    assert (issue.title, issue.concerns, issue.state) == ("厂里拖欠三个月加班费，怎么办？", cast.worker, "found")
    assert [one.kind for one in notices.inbox(cast.worker)] == ["portal.received"]
    assert_books_agree()


def test_a_confidential_one_is_unnamed_to_the_handlers(cast):
    request = help.ask_for_help(by=cast.worker, channel="write", text="组长打人", confidential=True)
    issue = Issue.objects.get(pk=request.record_id)
    assert issue.concerns is None and "保密" in issue.details
    page = cast.client("county_clerk").get(f"/issues/{issue.pk}/").content.decode()
    assert "组长打人" in page and "杨工" not in page


def test_a_recording_hangs_on_the_record(cast):
    client = cast.client("worker")
    upload = SimpleUploadedFile("recording.amr", AMR, "audio/amr")
    answer = client.post("/hall/help/speak/", {"recording": upload, "text": "工资"})
    assert answer.status_code == 303
    request = HelpRequest.objects.get()
    kept = files.files_of(Issue.objects.get(pk=request.record_id))
    assert [(one.extension, one.content_type) for one in kept] == [("amr", "audio/amr")]
    assert "microphone=(self)" in client.get("/hall/help/speak/")["Permissions-Policy"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("voice.amr", b"MZ" + bytes(300)),
        ("voice.exe", AMR),
        ("voice.m4a", b"\x00\x00\x00\x18ftypmp42" + b"vide" * 9),
        ("voice.mp3", b""),
    ],
)
def test_what_is_no_recording_is_refused_and_nothing_is_sent(cast, name, content):
    answer = cast.client("worker").post("/hall/help/speak/", {"recording": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert (HelpRequest.objects.count(), Issue.objects.count()) == (0, 0)


def test_photos_come_along_up_to_three(cast):
    client = cast.client("worker")
    photos = [SimpleUploadedFile(f"{n}.png", PNG, "image/png") for n in range(3)]
    assert client.post("/hall/help/write/", {"text": "屋顶漏水", "photos": photos}).status_code == 303
    assert files.files_of(Issue.objects.get()).count() == 3
    photos = [SimpleUploadedFile(f"{n}.png", PNG, "image/png") for n in range(4)]
    assert client.post("/hall/help/write/", {"text": "屋顶漏水", "photos": photos}).status_code == 422
    assert Issue.objects.count() == 1


def test_a_visitor_signs_in_last_and_finds_the_words_again(phone, cast):
    phone.client.get("/hall/help/write/")
    led = phone.client.post("/hall/help/write/", {"text": "工地没有饮水"})
    assert led["Location"] == "/hall/enter/?next=%2Fhall%2Fhelp%2Fwrite%2F"
    phone.client.get(led["Location"])
    phone.ask(WORKER, next="/hall/help/write/")
    assert phone.give(WORKER, phone.code, next="/hall/help/write/")["Location"] == "/hall/help/write/"
    assert "工地没有饮水" in phone.client.get("/hall/help/write/").content.decode()
    assert phone.client.post("/hall/help/write/", {"text": "工地没有饮水"}).status_code == 303
    assert HelpRequest.objects.get().person == cast.worker
    assert "工地没有饮水" not in phone.client.get("/hall/help/write/").content.decode()


def test_the_worker_follows_every_step_without_names(cast, asked):
    dispatch.dispatch(issue_id=asked.record_id, to=cast.township, by=cast.county_clerk, grade="general")
    client = cast.client("worker")
    page = client.get(f"/hall/help/{asked.pk}/").content.decode()
    assert "已登记" in page and "待签收" in page and "城关区总" in page
    assert "李建华" not in page
    matters = client.get("/hall/matters/").content.decode()
    assert asked.reference in matters and "待签收" in matters


def test_nobody_else_sees_a_request(cast, asked):
    for key in ("chair", "county_clerk", "stranger"):
        assert cast.client(key).get(f"/hall/help/{asked.pk}/").status_code == 404
        assert cast.client(key).post(f"/hall/help/{asked.pk}/press/").status_code == 404
        assert asked.reference not in cast.client(key).get("/hall/matters/").content.decode()
    assert Client().get(f"/hall/help/{asked.pk}/").status_code == 302


def test_reminding_is_possible_once_in_a_while_and_the_page_says_when_again(cast, asked):
    client, press = cast.client("worker"), f"/hall/help/{asked.pk}/press/"
    with clock.fixed(datetime(2025, 3, 5, 10, tzinfo=dates.SHANGHAI)):
        assert press in client.get(f"/hall/help/{asked.pk}/").content.decode()
        assert "已提醒工会尽快办理。" in client.post(press, follow=True).content.decode()
        page = client.post(press, follow=True)
        assert (page.status_code, page.redirect_chain) == (200, [(f"/hall/help/{asked.pk}/", 303)])
        assert "2025-03-05已催办，2025-03-06起可再次催办。" in page.content.decode()
        assert "工会已于 2025-03-05 收到提醒，2025-03-06 起可以再次提醒。" in page.content.decode()
        assert press not in page.content.decode()
    with clock.fixed(datetime(2025, 3, 6, 10, tzinfo=dates.SHANGHAI)):
        client = cast.client("worker")
        assert press in client.get(f"/hall/help/{asked.pk}/").content.decode()
        assert "已提醒工会尽快办理。" in client.post(press, follow=True).content.decode()


def test_who_asked_is_invited_to_rate_once_it_is_finished(cast, asked):
    assert help.invite_all() == 0
    close(cast, asked)
    assert help.invite_all() == 1
    assert help.invite_all() == 0
    assert [one.kind for one in notices.inbox(cast.worker)] == ["portal.rate", "portal.received"]
    assert f"/hall/rate/portal.helprequest/{asked.pk}/" in cast.client("worker").get("/hall/messages/").content.decode()


def test_words_of_despair_put_the_life_line_first(cast):
    client = cast.client("worker")
    answer = client.post("/hall/help/write/", {"text": "欠债太多，我不想活了"}, follow=True)
    assert "12356" in answer.content.decode()


def test_without_an_intake_nothing_is_taken(cast, monkeypatch):
    monkeypatch.setattr(registry, "_intakes", {})
    with pytest.raises(Refused):
        help.ask_for_help(by=cast.worker, channel="call")
    assert not HelpRequest.objects.exists()


def test_the_first_intake_by_order_takes_it(monkeypatch):
    monkeypatch.setattr(registry, "_intakes", {})
    registry.register_intake(registry.Intake("later", print, 50))
    registry.register_intake(registry.Intake("sooner", print, 10))
    assert [one.code for one in registry.intakes()] == ["sooner", "later"]
    with pytest.raises(ValueError, match="twice"):
        registry.register_intake(registry.Intake("later", print, 51))


def test_the_facts_tell_the_ways_apart(cast):
    for channel in ("call", "write", "write"):
        help.ask_for_help(by=cast.worker, channel=channel, text="工资没发")
    assert_books_agree()
    HelpRequest.objects.first().delete()
    with pytest.raises(AssertionError):
        assert_books_agree()
