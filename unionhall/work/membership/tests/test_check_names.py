"""The name check against a gateway on the loopback address: what it is asked, and that silence never matches."""

import hashlib
import hmac
import json

import pytest

from unionhall.kernel.notices.tests.gateway import Gateway, serving
from unionhall.work.membership import adapters
from unionhall.work.membership.actions import standing
from unionhall.work.membership.tests.conftest import assert_books_agree, figure, fresh, number_of

SECRET = "s3cret"


def asked(settings, answer):
    """What the set-up check answers about somebody, and what the gateway was sent."""
    gateway = Gateway([answer])
    with serving(gateway) as url:
        settings.NAME_CHECK = {"url": url, "account": "union", "secret": SECRET}
        return adapters.name_check().check("高远航", number_of(1)), gateway.asked


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ((200, {"result": "matches"}), "matches"),
        ((200, {"result": "differs"}), "differs"),
        ((200, {"result": "unknown"}), "unknown"),
        ((200, {"result": True}), "unknown"),
        ((200, ["matches"]), "unknown"),
        ((200, b"matches"), "unknown"),
        ((403, {"result": "matches"}), "unknown"),
        ((503, {"result": "matches"}), "unknown"),
        ((302, {"result": "matches"}), "unknown"),
    ],
)
def test_only_a_clear_answer_counts(settings, answer, result):
    assert asked(settings, answer)[0] == result


def test_the_question_is_signed(settings):
    _result, [(_path, headers, body)] = asked(settings, (200, {"result": "matches"}))
    assert json.loads(body) == {"name": "高远航", "number": number_of(1)}
    signed = hmac.new(SECRET.encode(), f"{headers['X-Timestamp']}.".encode() + body, hashlib.sha256).hexdigest()
    assert [headers["X-Account"], headers["X-Signature"]] == ["union", signed]


def test_nobody_is_authenticated_where_no_gateway_is_set_up(settings):
    settings.NAME_CHECK = None
    assert adapters.name_check().check("高远航", number_of(1)) == "unknown"


def test_a_gateway_that_is_away_matches_nobody(settings):
    settings.NAME_CHECK = {"url": "http://127.0.0.1:9", "account": "union", "secret": SECRET}
    assert adapters.name_check().check("高远航", number_of(1)) == "unknown"


@pytest.mark.django_db
@pytest.mark.parametrize(("result", "counted"), [("matches", 1), ("differs", 0)])
def test_a_member_is_authenticated_by_a_match_alone(desk, cast, settings, result, counted):
    one = desk.member(1)
    with serving(Gateway([(200, {"result": result})])) as url:
        settings.NAME_CHECK = {"url": url, "account": "union", "secret": SECRET}
        assert standing.authenticate(membership_id=one.pk, by=cast.county_clerk) == result
    assert [fresh(one).authenticated_on is not None, figure("membership.authenticated", cast.factory)] == [bool(counted), counted]
    assert_books_agree()
