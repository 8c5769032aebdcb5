"""Components print shape, word and colour together, "--" for nothing, and never markup from data."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import engines
from django.utils import translation

from unionhall.shell.components import Confirm


def draw(text, **context):
    return engines["django"].from_string("{% load shell %}" + text).render(context).strip()


@pytest.mark.parametrize(
    ("code", "shape", "word"),
    [("late", "■", "超期"), ("soon", "▲", "临期"), ("ok", "●", "正常"), ("paused", "◻", "暂停"), ("none", "–", "无期限")],
)
def test_a_light_has_shape_word_and_colour(code, shape, word):
    assert draw("{% light code %}", code=code) == f'<span class="light light-{code}"><i aria-hidden="true">{shape}</i>{word}</span>'


def test_an_unknown_light_is_none_and_a_label_replaces_the_word():
    assert "light-none" in draw("{% light 'green' %}")
    assert "超期 2 日" in draw("{% light 'late' '超期 2 日' %}")


def test_a_light_speaks_english():
    with translation.override("en"):
        assert "Overdue" in draw("{% light 'late' %}")


def test_a_due_day():
    drawn = draw("{% due day 'soon' '剩 1 个工作日' %}", day=date(2025, 11, 28))
    assert '<time datetime="2025-11-28">2025-11-28</time>' in drawn
    assert "剩 1 个工作日" in drawn
    assert draw("{% due day %}", day=None) == '<span class="muted">--</span>'


@pytest.mark.parametrize(("value", "shown"), [(48210, "48,210"), (0, "0"), (None, "--"), ("96.4%", "96.4%")])
def test_a_figure_prints_zero_and_nothing_apart(value, shown):
    assert f'<span class="figure-value">{shown}</span>' in draw("{% figure value '会员' %}", value=value)


def test_a_figure_is_a_link_to_its_records():
    assert draw("{% figure 7 '会员' '/members/?x=1' %}").startswith('<a class="figure" href="/members/?x=1">')


@pytest.mark.parametrize(
    ("template", "value", "shown"),
    [
        ("{{ value|dash }}", None, "--"),
        ("{{ value|dash }}", 0, "0"),
        ("{{ value|number }}", 1234567, "1,234,567"),
        ("{{ value|yuan }}", 112300, "1,123.00"),
        ("{{ value|yuan }}", None, "--"),
        ("{{ value|day }}", datetime(2025, 3, 5, 17, 0, tzinfo=UTC), "2025-03-06"),
        ("{{ value|day }}", date(2025, 3, 5), "2025-03-05"),
        ("{{ value|moment }}", datetime(2025, 3, 5, 17, 0, tzinfo=UTC), "2025-03-06 01:00"),
        ("{{ value|moment }}", None, "--"),
    ],
)
def test_values_as_chinese_offices_write_them(template, value, shown):
    assert draw(template, value=value) == shown


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        (2, "2025-03-05 20:00 ～ 22:00"),
        (3.5, "2025-03-05 20:00 ～ 23:30"),
        (4, "2025-03-05 20:00 ～ 2025-03-06 00:00"),
        (48, "2025-03-05 20:00 ～ 2025-03-07 20:00"),
    ],
)
def test_a_span_says_its_day_once_where_it_is_one_by_the_clock_of_shanghai(hours, shown):
    start = datetime(2025, 3, 5, 12, tzinfo=UTC)
    assert draw("{{ value|until:end }}", value=start, end=start + timedelta(hours=hours)) == shown


def test_three_kinds_of_nothing():
    done = draw("{% empty 'done' '今天没有待办' url='/x' button='去' %}")
    assert "今天没有待办" in done
    assert "<a" not in done
    assert "清除筛选" in draw("{% empty 'filtered' '没有符合条件的问题' url='?' %}")
    assert 'class="btn btn-primary" href="/new"' in draw("{% empty 'never' '还没有' '说明' url='/new' button='登记' %}")


def test_an_icon_is_decoration_or_speaks():
    assert 'aria-hidden="true"' in draw("{% icon 'x' %}")
    assert 'role="img" aria-label="关闭"' in draw("{% icon 'x' '关闭' %}")


@pytest.mark.parametrize(
    "template",
    ["{% light 'late' evil %}", "{% tag evil %}", "{% figure 1 evil hint=evil unit=evil %}", "{% empty 'never' evil evil %}"],
)
def test_data_is_never_markup(template):
    drawn = draw(template, evil="<img src=x onerror=alert(1)>")
    assert "<img" not in drawn
    assert "&lt;img" in drawn


@pytest.mark.django_db
def test_a_confirm_page_repeats_number_and_names(rf, frame_house):
    confirm = Confirm(
        "群发短信",
        "发出后不能撤回。",
        "发送",
        "/back",
        309,
        "人",
        ["李**", "王**", "张**"],
        [("all", "1"), ("excluded", "7")],
        "309",
        True,
    )
    request = rf.get("/", headers={"Who": "clerk"})
    request.session = {}
    request._messages = []
    template = engines["django"].get_template("shell/confirm.html")
    drawn = template.render({"confirm": confirm}, request)
    assert "<strong>309</strong> 人" in drawn
    assert drawn.count("**</li>") == 3
    assert '<input type="hidden" name="excluded" value="7">' in drawn
    assert "请输入 309 以确认" in drawn
    assert "btn-danger-line" in drawn
