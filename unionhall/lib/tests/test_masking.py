"""What those see who may not read."""

import pytest

from unionhall.lib import masking


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张**"),
        ("张三丰", "张**"),
        ("欧阳修", "欧阳**"),
        ("欧阳", "欧**"),
        ("爱新觉罗溥仪", "爱新觉罗**"),
        ("阿卜杜拉·买买提", "阿**"),
        ("𠅤明", "𠅤**"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_surname_and_hides_its_length(name, shown):
    assert masking.name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("230102199003071234", "230***********1234"), ("H12345678", "H*****78"), ("12345", "*****"), ("", "*****")],
)
def test_a_document_number(number, shown):
    assert masking.id_number(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13800131234", "138****1234"), ("+86 138 0013 1234", "138****1234"), ("88886666", "****66"), ("110", "****")],
)
def test_a_phone(number, shown):
    assert masking.phone(number) == shown


@pytest.mark.parametrize(("number", "shown"), [("6222 0212 3456 7890", "**** 7890"), ("1234", "****")])
def test_an_account(number, shown):
    assert masking.account(number) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("四川省成都市武侯区天府大道1号", "四川省成都市武侯区****"),
        ("凉山彝族自治州西昌市航天大道9号", "凉山彝族自治州西昌市****"),
        ("天府大道1号", "****"),
        ("", "****"),
    ],
)
def test_an_address_ends_at_its_district(text, shown):
    assert masking.address(text) == shown


def test_mail_and_what_never_shows():
    assert masking.email("zhang@example.cn") == "z***@example.cn"
    assert masking.email("nothing") == "***"
    assert masking.hidden("wx-openid") == "****"
