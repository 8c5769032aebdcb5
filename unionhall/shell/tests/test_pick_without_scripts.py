"""Without scripts a picker is a plain field: what is typed there is looked up by the door, for the person who sends the form."""

from pathlib import Path

import pytest

import unionhall
from unionhall.shell import search
from unionhall.shell.forms import PickCodeField, PickKeyField
from unionhall.shell.picking import Unpicked, key
from unionhall.shell.search import Hit
from unionhall.shell.tests import house

TYPED = key("test.units", "unit")
OPEN = "“总工会”对应 2 项：城关区总工会（示范市）、城关镇总工会（城关区）。请在列表中选择其中一项。"


@pytest.fixture
def said(clerk):
    """Send the form with a typed unit; gives the errors of the unit, the choices of its list and what stands in the plain field."""

    def sent(text, **more):
        form = clerk.post("/form/", {TYPED: text, "title": "饮水机", **more}).context["form"]
        form["unit"].as_widget()
        return form.errors.get("unit", []), [value for value, _label in form.fields["unit"].widget.choices], form

    return sent


@pytest.mark.parametrize("text", ["城关镇", "  城关镇总工会 "])
def test_one_answer_is_the_choice(said, text):
    errors, _choices, form = said(text)
    assert errors == []
    assert form.cleaned_data["unit"] == "2"


def test_several_are_named_and_offered_and_none_is_taken(said):
    errors, choices, form = said("总工会")
    assert errors == [OPEN]
    assert choices == ["", "1", "2"]
    assert 'value="总工会"' not in form["unit"].as_widget()
    assert "unit" not in form.cleaned_data


def test_none_is_said_and_the_text_stays_to_be_mended(said):
    errors, _choices, form = said("城管区")
    assert errors == ["没有与“城管区”相符、您可以选择的内容。请填写名称或代码，也可只填其中一部分。"]
    assert 'value="城管区"' in form["unit"].as_widget()


def test_a_name_written_out_is_meant_before_longer_ones(said, monkeypatch):
    both = [Hit("城关区总工会", "1"), Hit("城关区总工会机关工会", "4")]
    monkeypatch.setattr(house, "units", lambda request, text: both)
    monkeypatch.setattr(search, "_sources", {})
    search.register(search.Source("test.units", house.ITEMS[0].label, house.units, "issues.see"))
    assert said("城关区总工会")[2].cleaned_data["unit"] == "1"
    assert said("城关区")[0] == ["“城关区”对应 2 项：城关区总工会、城关区总工会机关工会。请在列表中选择其中一项。"]


def test_of_too_many_none_is_taken_by_its_name(said, monkeypatch):
    many = [Hit("王芳", str(number)) if number == 7 else Hit(f"王芳{number}", str(number)) for number in range(30)]
    monkeypatch.setattr(search, "_sources", {})
    search.register(search.Source("test.units", house.ITEMS[0].label, lambda request, text: many, "issues.see"))
    errors, choices, _form = said("王芳")
    assert errors == ["与“王芳”相符的太多：王芳0、王芳1、王芳2、王芳3、王芳4……请在列表中选择排在前面的一项，或把名称写得更完整。"]
    assert len(choices) == 1 + search.LIMIT


def test_what_is_typed_counts_before_what_was_chosen(said):
    assert said("城关镇", unit="1")[2].cleaned_data["unit"] == "2"
    assert said("", unit="1")[2].cleaned_data["unit"] == "1"


def test_where_nothing_is_typed_the_few_choices_come_as_a_list(said):
    errors, choices, _form = said("")
    assert errors == ["这个字段是必填项。"]
    assert choices == ["", "1", "2", "3"]


def test_a_key_is_never_taken_from_the_text(said, clerk):
    errors, _choices, form = said("1")
    assert errors == ["没有与“1”相符、您可以选择的内容。请填写名称或代码，也可只填其中一部分。"]
    assert form.data["unit"] == ""


def test_a_source_that_is_not_open_to_the_person_answers_nothing(clerk, monkeypatch):
    monkeypatch.setattr(search, "_sources", {})
    search.register(search.Source("test.units", house.ITEMS[0].label, house.units, "funds.see"))
    form = clerk.post("/form/", {TYPED: "城关镇"}).context["form"]
    assert form.errors["unit"] == ["没有与“城关镇”相符、您可以选择的内容。请填写名称或代码，也可只填其中一部分。"]


def test_a_filter_is_translated_in_its_address(clerk):
    filters = clerk.get("/gallery/", {TYPED: "城关镇"}).context["filter_form"]
    assert filters.is_valid()
    assert filters.cleaned_data["unit"] == "2"
    assert filters.data.dict() == {"unit": "2"}


def test_a_field_of_numbers_asks_too():
    unsettled = Unpicked()
    unsettled.text = "总工会"
    unsettled.hits = [Hit("城关区总工会", "1", hint="示范市"), Hit("城关镇总工会", "2", hint="城关区")]
    for field in (PickKeyField("test.units"), PickCodeField("test.units", required=False)):
        with pytest.raises(Exception, match="对应 2 项"):
            field.clean(unsettled)


def test_no_picker_stands_on_a_field_that_would_take_an_open_choice_for_none():
    root = Path(unionhall.__file__).parent
    bearing = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if "Combobox(" in path.read_text(encoding="utf-8")}
    assert bearing == {"shell/forms.py", "shell/tests/test_pick_without_scripts.py"}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_plain_field_is_there_without_scripts_and_gone_with_them(window, live_server, frame_house):
    def entered(**options):
        opened = window(375, **options)
        opened.page.context.add_cookies([{"name": "who", "value": "clerk", "url": live_server.url}])
        opened.open("/form/")
        return opened.page

    plain = entered(scripts=False)
    plain.get_by_label("名称或代码").fill("总工会")
    plain.get_by_role("button", name="登记并派单").click()
    assert plain.get_by_text(OPEN).count() == 2
    assert plain.locator("#id_unit option").all_inner_texts() == ["请选择…", "城关区总工会（示范市）", "城关镇总工会（城关区）"]
    scripted = entered()
    assert scripted.locator(".typed").count() == 0
    assert scripted.get_by_label("名称或代码").count() == 0
