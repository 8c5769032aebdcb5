"""The pages of the desk over HTTP: few questions to the database, refusals beside their field, nothing lost, nothing twice."""

import io
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from unionhall.kernel.files.models import File
from unionhall.lib import clock, dates
from unionhall.work.campaigns.actions import attendance, sessions, signups
from unionhall.work.campaigns.models import Session, SignUp, Visit
from unionhall.work.campaigns.rules import Stopped, person_code

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def told(**more):
    fields = {"programme": "warmth_sending", "day": dates.today(), "recipient": "hardship", "name": "赵大勇家", "heads": 1}
    return {**fields, **more}


def photo_with_place():
    kept = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (45.0, 30.0, 0.0)
    Image.new("RGB", (40, 30), "red").save(kept, "JPEG", exif=exif)
    return SimpleUploadedFile("走访.jpg", kept.getvalue(), content_type="image/jpeg")


def test_a_double_click_registers_one_visit_and_a_photo_loses_its_place(desk, cast):
    client = cast.client("chair")
    for _each in range(2):
        answer = client.post(url("desk-register"), told(once="k1", photo=photo_with_place()))
        assert answer.status_code == 303
    visit = Visit.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert "走访.jpg" in page
    kept = b"".join(client.get(url("desk-visit-file", visit.pk, File.objects.get().pk)).streaming_content)
    assert dict(Image.open(io.BytesIO(kept)).getexif().get_ifd(0x8825)) == {}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"goods": "1e9"}, "最多两位小数"),
        ({"cash": "-5"}, "最多两位小数"),
        ({"heads": -1}, "大于或等于"),
        ({"name": ""}, "请填写姓名"),
        ({"household": "990000198001011234"}, "身份证号"),
        ({"day": "2199-01-01"}, "不能晚于今天"),
        ({"more": "一,二,三,四,五"}, "第2站无法识别"),
        ({"recipient": "nobody"}, "选择"),
        ({"person": 999999}, "选择"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(desk, cast, fields, said):
    answer = cast.client("chair").post(url("desk-register"), told(theme="迎新春", **fields))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "迎新春" in page
    assert Visit.objects.count() == 0


def test_full_width_amounts_are_read(desk, cast):
    assert cast.client("chair").post(url("desk-register"), told(goods="１，２００．５０")).status_code == 303
    assert Visit.objects.get().stops.get().goods == 120_050


@pytest.mark.parametrize("name", ["desk-visits", "desk-sessions", "desk-teams", "desk-sent", "desk-register", "desk-plan"])
def test_lists_ask_no_more_with_ten_more_rows(desk, cast, name):
    client = cast.client("county_clerk")

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(url(name)).status_code == 200
        return len([each for each in found if "programmes_world" not in each["sql"]])  # remembered for half a minute

    desk.visit()
    desk.published()
    asked()  # what is remembered between requests is read once
    first = asked()
    for number in range(10):
        desk.visit(Stopped(recipient="hardship", household=f"D{number}"))
        desk.published(name=f"第{number}场")
    assert asked() == first <= 12


def test_the_page_of_a_session_with_everything_on_it(desk, cast):
    session = desk.published(code="pocket_book", name="口袋书进班组")
    client = cast.client("county_clerk")

    def post(act, expect=303, **fields):
        answer = client.post(url(f"desk-session-{act}", session.pk), fields)
        assert answer.status_code == expect, answer.content.decode()[-2000:]
        return answer.content.decode()

    post("names", **{"names-names": "张三\n李四"})
    post("heads", **{"heads-heads": "1200000"}, expect=422)
    post("heads", **{"heads-heads": "30", "heads-ownership": "non_public", "heads-name": "红旗食品"})
    post("handout", **{"handout-name": "口袋书", "handout-copies": "300", "handout-goods": "12.50"})
    assert "请填写册数或金额" in post("handout", **{"handout-name": "口袋书"}, expect=422)
    post("shown", **{"shown-names": "劳模甲", "shown-level": "national"})
    post("attach", **{"file-file": photo_with_place()})
    post("person", **{"person-person": cast.worker.pk})
    assert "无法识别" in post("scan", **{"scan-code": "乱码"}, expect=422)
    post("scan", **{"scan-code": person_code(attendance.secret(), session.pk, cast.plain.pk)})
    post("heads-off", key=session.head_counts.get().pk)
    post("heads-off", key="x")  # a broken key leads back with words
    with CaptureQueriesContext(connection) as found:
        page = client.get(url("desk-session", session.pk)).content.decode()
    assert len(found) <= 12
    assert all(word in page for word in ("张三", "口袋书", "劳模甲", "走访.jpg", cast.worker.name))
    assert "请说明取消原因" in post("cancel", **{"cancel-words": ""}, expect=422)
    post("hold", **{"hold-words": "顺利"})
    assert "顺利" in client.get(url("desk-closing", session.pk)).content.decode()
    assert client.get(url("desk-of-attendance", session.attendances.first().pk))["Location"] == url("desk-session", session.pk)


def test_a_session_is_planned_changed_and_copied(desk, cast):
    client = cast.client("county_clerk")
    fields = {
        "programme": "organ_open_day", "name": "机关开放日", "mode": "on_site", "place": "市总机关", "method": "draw", "places": 30,
        "starts_at": "2999-05-01T09:00", "ends_at": "2999-05-01T11:00",
        "opens_at": "2999-04-01 09:00", "closes_at": "2999-04-20T17:00",
    }  # fmt: skip
    wrong = client.post(url("desk-plan"), {**fields, "closes_at": "2999-03-01T00:00", "ends_at": "胡写"})
    assert wrong.status_code == 422
    assert "请按 2025-03-05 09:30 填写时间" in wrong.content.decode()
    assert client.post(url("desk-plan"), fields).status_code == 303
    session = Session.objects.get()
    assert client.post(url("desk-session-change", session.pk), {**fields, "place": "工人文化宫"}).status_code == 303
    assert client.post(url("desk-session-copy", session.pk)).status_code == 303
    copy = Session.objects.latest("id")
    assert (copy.starts_at.year, copy.state, copy.pools.get().places) == (3000, "draft", 30)
    assert Session.objects.get(pk=session.pk).place == "工人文化宫"
    lowered = client.post(url("desk-session-places", session.pk), {"places-places": 20})
    assert lowered.status_code == 303


def test_a_visit_leads_to_the_person_and_the_programme_tells_kinds_each_once(desk, cast):
    one = desk.visit(Stopped(recipient="hardship", person_id=cast.worker.pk, name=cast.worker.name))
    desk.visit(Stopped(recipient="hardship", name="李大勇家"))
    page = cast.client("county_clerk").get(url("desk-visit", one.pk)).content.decode()
    assert f'href="{reverse("office:person", args=[cast.worker.pk])}"' in page
    home = cast.client("county_clerk").get(reverse("office:programme", args=["warmth_sending"])).content.decode()
    assert ("campaigns.recipient_kind.distinct" in home, "/figures/campaigns.recipient_kind/" in home) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_a_photo_is_kept_by_a_page_that_opens_no_transaction_of_its_own(desk, cast):
    session, client = desk.published(), cast.client("county_clerk")
    kept = client.post(url("desk-session-attach", session.pk), {"file-file": photo_with_place()})
    assert (kept.status_code, File.objects.get().name) == (303, "走访.jpg")
    refused = client.post(url("desk-session-attach", session.pk), {"file-file": SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 99)})
    assert (refused.status_code, File.objects.count()) == (422, 1)


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_year_that_no_page_could_show_is_refused_beside_its_field(desk, cast, year):
    client = cast.client("county_clerk")
    fields = {"programme": "worker_culture", "name": "书画展", "mode": "on_site", "place": "文化宫", "method": "open"}
    told = client.post(url("desk-plan"), {**fields, "starts_at": f"{year}-01-01T08:00", "ends_at": f"{year}-12-31T23:30"})
    assert (told.status_code, told.content.decode().count("年份应在 1949 至 3000 之间")) == (422, 4)  # at the top and beside both
    assert (Session.objects.count(), client.get(url("desk-sessions")).status_code) == (0, 200)


def test_a_night_at_the_end_of_the_year_is_copied_whole(desk, cast):
    zone = dates.SHANGHAI
    night = {"starts_at": datetime(2026, 12, 30, 20, tzinfo=zone), "ends_at": datetime(2026, 12, 31, 8, tzinfo=zone)}
    session = desk.plan(**night)
    assert cast.client("county_clerk").post(url("desk-session-copy", session.pk)).status_code == 303
    copy = Session.objects.latest("id")
    assert (copy.starts_at, copy.ends_at) == (datetime(2027, 12, 30, 20, tzinfo=zone), datetime(2027, 12, 31, 8, tzinfo=zone))
    last = desk.plan(starts_at=datetime(3000, 5, 1, 9, tzinfo=zone), ends_at=datetime(3000, 5, 1, 10, tzinfo=zone))
    refused = cast.client("county_clerk").post(url("desk-session-copy", last.pk))
    assert (refused.status_code, Session.objects.count()) == (422, 3)


def test_a_quota_below_what_is_taken_is_a_sentence_on_the_page(desk, cast):
    session = desk.scarce(places=3)
    for worker in desk.workers(2):
        signups.sign_up(session_id=session.pk, by=worker)
    answer = cast.client("county_clerk").post(url("desk-session-places", session.pk), {"places-places": 1})
    assert answer.status_code == 409
    assert "已有 2 人占用名额" in answer.content.decode()
    assert session.pools.get().places == 3


def test_places_typed_into_the_plan_are_set_or_refused_in_words(desk, cast):
    session = desk.scarce(places=3)
    made = [signups.sign_up(session_id=session.pk, by=worker) for worker in desk.workers(4)]
    client = cast.client("county_clerk")
    page = client.get(url("desk-session-change", session.pk)).context["form"]
    fields = {name: page[name].value() for name in page.fields if page[name].value() not in (None, "")}
    before = fields["place"]
    fields["place"] = "新地点"

    def typed(places):
        answer = client.post(url("desk-session-change", session.pk), fields | {"places": places})
        session.refresh_from_db()
        return answer, session.pools.order_by("pk").first().places

    answer, places = typed(2)
    assert (answer.status_code, places, session.place) == (409, 3, before)
    assert "已有 3 人占用名额" in answer.content.decode()
    assert SignUp.objects.get(pk=made[3].pk).state == "waiting"
    answer, places = typed(4)
    assert (answer.status_code, places, session.place) == (303, 4, "新地点")
    assert SignUp.objects.get(pk=made[3].pk).state == "offered"
    sessions.set_places(session_id=session.pk, places=6, by=cast.county_clerk, organization=cast.factory)
    answer, places = typed(12)
    assert (answer.status_code, places) == (422, 4)
    assert "名额已按单位分配" in answer.content.decode()
    assert typed(10)[0].status_code == 303  # as many as there are in all: nothing of them changes
    assert list(session.pools.order_by("pk").values_list("places", flat=True)) == [4, 6]


def test_the_list_is_ticked_and_the_offline_list_comes_back(desk, cast):
    session = desk.scarce(places=5)
    made = [signups.sign_up(session_id=session.pk, by=worker) for worker in desk.workers(3)]
    client = cast.client("county_clerk")
    assert made[0].person.name in client.get(url("desk-signups", session.pk)).content.decode()
    with clock.fixed(session.starts_at):
        client = cast.client("county_clerk")
        assert client.post(url("desk-check-in", session.pk), {"pick": [made[0].pk, made[1].pk]}).status_code == 303
        assert client.post(url("desk-check-in", session.pk), {}).status_code == 422
        code = attendance.list_code(session, clock.now())
        page = client.post(url("desk-offline", session.pk), {"code": code, "block": f"{made[2].number}\n77777"})
        assert "冲突 1 条" in page.content.decode()
        slow = {"code": code, "block": str(made[2].number), "phone_now": "2024-01-01T08:00"}
        assert client.post(url("desk-offline", session.pk), slow).status_code == 303
        told = client.get(url("desk-session", session.pk)).content.decode()
        assert ("手机时钟慢了约" in told, "签到时间已按服务器时钟改正" in told) == (True, True)
        forged = client.post(url("desk-offline", session.pk), {"code": "1.2.3", "block": "1"})
        assert (forged.status_code, "签名不符" in forged.content.decode()) == (422, True)
        clash = session.clashes.get()
        assert client.post(url("desk-session-settle", session.pk), {"key": clash.pk}).status_code == 303
    assert SignUp.objects.filter(session=session).count() == session.attendances.count() == 3


def test_the_door_shows_a_code_and_strangers_see_nothing(desk, cast):
    session = desk.published()
    assert "data:image/svg" in cast.client("county_clerk").get(url("desk-door", session.pk)).content.decode()
    assert cast.client("neighbour").get(url("desk-door", session.pk)).status_code == 404
    assert cast.client("leader").get(url("desk-door", session.pk)).status_code == 403
