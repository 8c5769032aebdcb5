"""Lenient input, clear words: days, tidy text, pickers, fields, the error summary and the filter bar."""

from datetime import date

import pytest
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.template import Context, engines
from django.urls import reverse
from pytest_django.asserts import assertHTMLEqual

from unionhall.shell.forms import DayField, MoneyField, PickCodeField, Plain, TidyField, tidy
from unionhall.shell.tests.house import FilterForm, IssueForm

pytestmark = pytest.mark.usefixtures("frame_house")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  张三 ", "张三"),
        ("１３８００１３８０００", "13800138000"),
        ("张\u200b三\ufeff", "张三"),
        ("a\u202eb", "ab"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("你好，世界（一）", "你好，世界（一）"),
        ("一\u3000二", "一 二"),
        ("𠮷野", "𠮷野"),
        ("两\n行", "两\n行"),
    ],
)
def test_text_is_tidied_not_changed(typed, meant):
    assert tidy(typed) == meant


@pytest.mark.parametrize(
    "typed", ["2025-3-5", "2025/03/05", "2025.3.5", "2025年3月5日", "２０２５－３－５".replace("－", "-"), " 2025-03-05 "]
)
def test_a_day_in_many_writings(typed):
    assert DayField().clean(typed) == date(2025, 3, 5)


@pytest.mark.parametrize(("typed", "words"), [("2025-02-29", "日期不存在"), ("昨天", "2025-03-05"), ("20250305", "2025-03-05")])
def test_a_day_that_is_none_is_explained(typed, words):
    with pytest.raises(forms.ValidationError) as caught:
        DayField().clean(typed)
    assert words in caught.value.messages[0]


@pytest.mark.parametrize("typed", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_year_that_no_clock_of_the_house_can_show_is_refused(typed):
    with pytest.raises(forms.ValidationError, match="1900 至 2199"):
        DayField().clean(typed)


@pytest.mark.parametrize("typed", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_that_forms_take(typed):
    assert DayField().clean(typed) == date.fromisoformat(typed)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1200.5", 120_050), ("1,200.50", 120_050), ("１２００．５", 120_050), (" 0.01 ", 1), ("0", 0), ("", 0), ("   ", 0)],
)
def test_an_amount_is_read_as_people_write_it(typed, fen):
    assert MoneyField(required=False).clean(typed) == fen


def test_an_amount_left_out_is_what_the_form_says():
    assert MoneyField(required=False, nothing=None).clean("") is None
    assert MoneyField(required=False, nothing=None).clean("0") == 0


@pytest.mark.parametrize("typed", ["abc", "1.234", "1e5", "--1", "1 2", "NaN"])
def test_what_is_no_amount_is_explained(typed):
    with pytest.raises(ValidationError) as refused:
        MoneyField(required=False).clean(typed)
    assert refused.value.code == "invalid"


@pytest.mark.parametrize("typed", ["", " "])
def test_an_amount_that_is_needed_is_asked_for(typed):
    with pytest.raises(ValidationError) as refused:
        MoneyField().clean(typed)
    assert refused.value.code == "required"


def test_a_tidy_field_measures_what_is_kept():
    assert TidyField(max_length=2).clean(" 张三\u200b ") == "张三"


def draw(text, **context):
    return engines["django"].from_string("{% load shell_forms %}" + text).render(context)


def test_a_picker_keeps_what_is_chosen_and_offers_recents():
    class Form(forms.Form):
        unit = PickCodeField("test.units", recents=lambda: [("1", "甲")], label_of={"9": "乙"}.__getitem__, required=False)

    drawn = draw("{% field form.unit %}", form=Form({"unit": "9"}))
    assert f'data-combobox="{reverse("shell:options", args=["test.units"])}"' in drawn
    assert '<option value="9" selected>乙</option>' in drawn
    assert '<option value="1">甲</option>' in drawn
    assert "请选择…" in drawn


def test_a_field_ties_label_hint_and_error_together():
    drawn = draw("{% field form.title %}", form=IssueForm({}))
    assert 'for="id_title"' in drawn
    assert 'aria-describedby="id_title-hint id_title-error"' in drawn
    assert 'id="id_title-hint"' in drawn
    assert 'id="id_title-error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert "（必填）" in drawn


@pytest.mark.parametrize(
    ("wanted", "said"), [({"required": True}, "请选择…"), ({"required": False}, "不选"), ({"empty_label": "都可以"}, "都可以")]
)
def test_nothing_chosen_is_said_in_words_and_not_in_dashes(wanted, said):
    class Form(forms.Form):
        role = forms.ModelChoiceField(ContentType.objects.none(), **wanted)

    assert f'<option value="" selected>{said}</option>' in draw("{% field form.role %}", form=Form())


@pytest.mark.parametrize(("required", "said"), [(True, "请选择…"), (False, "不选")])
@pytest.mark.parametrize("mute", ["—", "--"])
def test_the_same_in_a_list_of_fixed_choices(required, said, mute):
    class Form(forms.Form):
        sex = forms.ChoiceField(choices=[("", mute), ("1", "男"), ("2", mute)], required=required)

    drawn = draw("{% field form.sex %}", form=Form())
    assert f'<option value="" selected>{said}</option>' in drawn
    assert f'<option value="2">{mute}</option>' in drawn


def test_in_a_filter_nothing_chosen_means_all(rf):
    class Filter(forms.Form):
        role = forms.ModelChoiceField(ContentType.objects.none(), required=False)

    template = engines["django"].from_string("{% load shell_forms %}{% filters form %}").template
    drawn = template.render(Context({"request": rf.get("/"), "form": Filter({})}))
    assert '<option value="" selected>全部</option>' in drawn


def test_a_group_is_a_fieldset_with_a_legend():
    drawn = draw("{% field form.grade %}", form=IssueForm())
    assert "<fieldset" in drawn
    assert "<legend" in drawn
    assert drawn.count('type="radio"') == 3


def test_the_summary_names_each_place_and_leads_there():
    drawn = draw("{% errors form %}", form=IssueForm({"people": "-1"}))
    assert "有 7 处需要修改" in drawn
    assert '<a href="#id_title">请填写：问题</a>' in drawn
    assert '<a href="#id_unit">请选择：责任单位</a>' in drawn
    assert 'tabindex="-1" data-focus' in drawn


def test_a_sentence_written_for_any_field_is_led_by_its_name_in_the_summary_alone():
    class Counted(forms.Form):
        size = forms.IntegerField(label="共同生活人口", min_value=1)
        on = DayField(label="入户日期")
        note = forms.CharField(label="说明", required=False)

    form = Counted({"size": "0", "on": "昨天", "note": "短"})
    form.add_error("note", "请把情况写清楚。")  # what a rule refuses says itself what it is about
    summary, beside = draw("{% errors form %}", form=form), draw("{% fields form %}", form=form)
    assert '<a href="#id_size">共同生活人口：确保该值大于或等于1。</a>' in summary
    assert '<a href="#id_on">入户日期：请按 2025-03-05 的格式填写日期。</a>' in summary
    assert '<a href="#id_note">请把情况写清楚。</a>' in summary
    assert ("共同生活人口：确保" in beside, "确保该值大于或等于1。" in beside) == (False, True)


def test_no_summary_without_errors():
    assert draw("{% errors form %}", form=IssueForm()).strip() == ""
    assert draw("{% errors form %}", form=None).strip() == ""


def bar(rf, query):
    request = rf.get(f"/?{query}")
    template = engines["django"].from_string("{% load shell_forms %}{% filters form %}").template
    return template.render(Context({"request": request, "form": FilterForm(request.GET)}))


def test_chosen_filters_are_chips_that_take_only_themselves_away(rf):
    drawn = bar(rf, "q=欠薪&state=open&sort=-due&page=4&unit=1")
    assert "关键词: 欠薪" in drawn
    assert "状态: 办理中" in drawn
    assert 'href="?q=%E6%AC%A0%E8%96%AA&amp;sort=-due&amp;unit=1"' in drawn
    assert 'href="?sort=-due"' in drawn
    assert '<input type="hidden" name="sort" value="-due">' in drawn


def test_more_filters_open_when_one_of_them_is_chosen(rf):
    assert '<details class="filters-more" open' in bar(rf, "source=12351")
    assert '<details class="filters-more" >' in bar(rf, "state=open")


def test_what_was_typed_is_never_markup(rf):
    drawn = bar(rf, "q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in drawn
    assert "&lt;script&gt;" in drawn


HOSTILE = '"><script>alert(1)</script>&'
WIDGETS = {
    "select": forms.Select(choices=[("", "全部"), (1, HOSTILE), ("b&", "乙")], attrs={"class": "form-select", "disabled": False}),
    "grouped": forms.Select(choices=[("", "全部"), (HOSTILE, [(1, "甲"), (2, "乙")])], attrs={"autofocus": True}),
    "several": forms.SelectMultiple(choices=[(1, "甲"), (2, HOSTILE)]),
    "text": forms.TextInput(attrs={"placeholder": HOSTILE, "maxlength": 60, "required": True}),
    "number": forms.NumberInput(),
    "date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    "hidden": forms.HiddenInput(),
    "checkbox": forms.CheckboxInput(),
    "radio": forms.RadioSelect(choices=[("", "全部"), (1, HOSTILE), ("b&", "乙")], attrs={"class": HOSTILE, "required": True}),
    "ticks": forms.CheckboxSelectMultiple(choices=[(1, "甲"), (2, HOSTILE)]),
    "grouped ticks": forms.CheckboxSelectMultiple(choices=[(HOSTILE, [(1, "甲"), ("1", "乙")]), ("", "全部")]),
}


@pytest.mark.parametrize("value", [None, "", "1", 1200, HOSTILE, True])
@pytest.mark.parametrize("name", WIDGETS)
def test_a_widget_written_without_a_template_is_the_one_of_django(name, value):
    ours, theirs = (WIDGETS[name].render(f"f&{name}", value, {"id": HOSTILE}, renderer=one()) for one in (Plain, DjangoTemplates))
    assert "<script>" not in ours
    assertHTMLEqual(ours, theirs)
    assert "".join(ours.split()) == "".join(theirs.split())
