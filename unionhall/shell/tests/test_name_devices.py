"""A browser is known by the word that the house gave it and signed, and by no other."""

import pytest
from django.http import HttpResponse

from unionhall.shell import device


def carried(rf, word="0123456789abcdef", **changed):
    """A request from a browser that was told a word; what its cookie says may be changed."""
    answer = HttpResponse()
    device.keep(answer, word)
    told = answer.cookies[device.COOKIE]
    request = rf.get("/")
    request.COOKIES[device.COOKIE] = changed.get("cookie", lambda value: value)(told.value)
    return request, told


def test_a_browser_brings_its_word_back(rf):
    request, told = carried(rf)
    assert device.of(request) == "0123456789abcdef"
    assert (told["httponly"], told["samesite"], told["max-age"]) == (True, "Lax", 365 * 24 * 3600)


def test_words_differ():
    assert len({device.fresh() for _each in range(50)}) == 50


@pytest.mark.parametrize(
    "forged",
    [
        lambda value: "another" + value[value.index(".") :],
        lambda value: value[:-1] + ("0" if value[-1] != "0" else "1"),
        lambda value: value.partition(".")[0],
        lambda value: "",
        lambda value: ".",
        lambda value: "词." + value,
    ],
)
def test_a_word_that_the_house_did_not_sign_is_none(rf, forged):
    request, _told = carried(rf, cookie=forged)
    assert device.of(request) == ""


def test_a_browser_without_cookies_has_none(rf):
    assert device.of(rf.get("/")) == ""


def test_after_a_change_of_the_secret_the_older_word_still_holds(rf, settings):
    request, _told = carried(rf)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-secret", [settings.SECRET_KEY]
    assert device.of(request) == "0123456789abcdef"
    settings.SECRET_KEY_FALLBACKS = []
    assert device.of(request) == ""


def test_without_the_seal_any_word_would_do(rf, monkeypatch):
    """The sabotage twin."""
    monkeypatch.setattr(device, "_seal", lambda _secret, _word: "")
    request, _told = carried(rf, cookie=lambda _value: "chosen.")
    assert device.of(request) == "chosen"
