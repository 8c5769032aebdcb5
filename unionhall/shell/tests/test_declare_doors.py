"""A door lets in whom it declares, by the methods it declares, and says plainly why not."""

import logging

import pytest

from unionhall.shell import doors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frame_house")]


@pytest.mark.parametrize("declared", [{}, {"permission": "a.b", "public": True}, {"public": True, "signed_in": True}])
def test_a_door_declares_exactly_one_of_three(declared):
    with pytest.raises(ValueError, match="exactly one"):
        doors.page(**declared)


def test_nobody_is_led_to_the_sign_in_and_back(client):
    answer = client.get("/gallery/?tab=mine")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=%2Fgallery%2F%3Ftab%3Dmine"


def test_htmx_is_led_by_a_header(client):
    answer = client.get("/gallery/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in/?next=%2Fgallery%2F")


def test_a_stranger_is_refused_and_sees_nothing_of_the_page(client):
    answer = client.get("/gallery/", headers={"Who": "stranger"})
    assert answer.status_code == 403
    assert "您没有此项权限" in answer.content.decode()
    assert "WT-2025" not in answer.content.decode()


def test_who_may_gets_in(clerk):
    answer = clerk.get("/gallery/")
    assert answer.status_code == 200
    assert "WT-2025-0231" in answer.content.decode()


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_no_door_declares_is_405(clerk, method):
    answer = getattr(clerk, method)("/gallery/")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, POST, HEAD"


def test_post_where_only_get_is_declared(clerk):
    answer = clerk.post("/refusing/refused")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [("refused", 422, True), ("denied", 403, True), ("conflict", 409, True), ("absent", 404, False)],
)
def test_a_refusal_becomes_a_page(client, kind, status, said):
    answer = client.get(f"/refusing/{kind}")
    assert answer.status_code == status
    assert (f"这里是 {kind} 的原因" in answer.content.decode()) is said


def test_a_refusal_becomes_a_notice_for_htmx(client):
    answer = client.get("/refusing/conflict", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (409, "#notices", "innerHTML")
    assert "<html" not in answer.content.decode()
    assert "这里是 conflict 的原因" in answer.content.decode()


def test_an_unknown_error_has_a_number_in_the_page_and_in_the_log(client, caplog):
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, logger="unionhall.doors"):
        answer = client.get("/broken/")
    assert answer.status_code == 500
    record = next(record for record in caplog.records if record.name == "unionhall.doors")
    number = record.args[0]
    assert len(number) == 9
    assert number in answer.content.decode()
    assert "ZeroDivisionError" in record.exc_text or record.exc_info[0] is ZeroDivisionError
    assert "ZeroDivision" not in answer.content.decode()


def test_the_error_page_needs_no_database(client, django_assert_num_queries):
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        answer = client.get("/broken/")
    assert answer.status_code == 500


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503])
def test_each_status_has_its_own_words(rf, status):
    answer = doors.message_page(rf.get("/"), status)
    titles = [doors.words_of(other)[0] for other in (400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503)]
    assert len(set(titles)) == 11
    assert answer.status_code == status
    assert doors.words_of(status)[0] in answer.content.decode()


@pytest.mark.parametrize("status", [403, 404])
def test_workers_are_led_to_their_own_first_page(rf, status):
    page = doors.message_page(rf.get("/hall/nowhere/"), status).content.decode()
    assert 'href="/hall/"' in page and ">职工之家<" in page
    assert "工作台" not in page and "管理范围" not in page and "管理员" not in page


def test_what_is_over_is_not_called_an_error_of_the_house(rf):
    page = doors.message_page(rf.get("/hall/"), 410, said="领取时间已结束。").content.decode()
    assert "领取时间已结束" in page and "已经失效" in page
    assert "系统出错" not in page and "编号" not in page


def test_a_rule_that_refuses_speaks_beside_its_field(clerk):
    filled = {
        "title": "饮水机损坏",
        "unit": "1",
        "due": "2025年3月5日",
        "grade": "a",
        "sources": ["self"],
        "text": "原话",
    }
    answer = clerk.post("/form/", filled)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_due">办结期限不能早于今天</a>' in page
    assert "<title>错误：" in page
    assert 'value="饮水机损坏"' in page


def test_after_a_write_the_way_leads_on_with_303(clerk):
    assert clerk.post("/told/").status_code == 303
    answer = clerk.post("/told/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/gallery/")


def test_an_expired_page_says_so(clerk):
    clerk.handler.enforce_csrf_checks = True
    answer = clerk.post("/told/")
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
