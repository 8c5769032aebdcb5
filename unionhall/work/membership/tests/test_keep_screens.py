"""A screen of joining that is kept says what one drawn anew says, letter for letter, and nobody is shown another one's words."""

import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from unionhall.kernel.access.models import PhoneCode
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.actions import consents
from unionhall.kernel.people.queries import house
from unionhall.kernel.policies import actions as policies
from unionhall.lib import dates
from unionhall.shell import kept
from unionhall.shell.render import render
from unionhall.work.membership import registry
from unionhall.work.membership.tests.conftest import number_of

pytestmark = pytest.mark.django_db
OWN = re.compile(r'(name="(?:csrfmiddlewaretoken|proof)" value=")[^"]+')
keep = kept.page
KNOWN = f"100{14:08d}"  # the phone of the cast's worker, who stands on the roster of the factory


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(kept, "_kept", {})


@pytest.fixture
def url(desk) -> str:
    return reverse("membership:hall-join", args=[desk.code().token])


def anew(request, template, *, same, words, context):
    """The page as it was before any was kept."""
    return render(request, template, context(words.__getitem__))


class Visitor:
    """Somebody who goes through the three screens and back, and what each of them said."""

    def __init__(self, url, texts, phone, name="高<b>&\"'远航", number=1, **cookies):
        self.browser, self.url, self.said = Client(), url, []
        for key, value in cookies.items():
            self.browser.cookies[key] = value
        self._show(self.browser.get(url))
        self.post(step="phone", phone=f" {phone} ", ask="1")
        page = self.post(step="phone", phone=phone, code=texts[-1])
        proof = re.findall(r'name="proof" value="([^"]+)"', page)[-1]
        own = {"proof": proof, "name": name, "id_number": number_of(number), "occupation": "rider", "employer": "<厂>"}
        for told in ({"step": "self"}, {"step": "self", "employer": ""}, {"step": "send"}, {"back": "self"}, {"back": "phone"}):
            self.post(**own | told)

    def post(self, **told):
        return self._show(self.browser.post(self.url, told))

    def _show(self, answer):
        page = answer.content.decode()
        assert len(set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page))) == 1
        self.said.append((answer.status_code, answer["Vary"], OWN.sub(r"\1", page)))
        return page


@pytest.mark.parametrize("easy", ["on", "off"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("whose", ["nobody", "ours", "another's"])
def test_letter_for_letter(cast, url, texts, monkeypatch, whose, language, easy):
    where = reverse("membership:hall-join-at", args=[cast.township.pk]) if whose == "another's" else url
    cookies = {settings.LANGUAGE_COOKIE_NAME: language, "easy": easy}
    said = []
    for turn, page in enumerate((kept.page, kept.page, anew)):
        monkeypatch.setattr(kept, "page", page)
        PhoneCode.objects.all().delete()  # none of them is asked to wait
        phone = f"1009{turn}900001" if whose == "nobody" else KNOWN
        walked = Visitor(where, texts, phone, **cookies).said
        said.append([(status, vary, page.replace(phone, "phone")) for status, vary, page in walked])
    assert [status for status, _vary, _page in said[0]] == [200, 200, 200, 200, 200, 422, 200, 200]
    assert said[0] == said[2]
    assert said[1] == said[2]


def leaked(url, texts) -> bool:
    """Whether the second of two visitors reads a word of the first."""
    Visitor(url, texts, "10099000001", name="高远航", number=1)
    second = "".join(page for _status, _vary, page in Visitor(url, texts, "10099000002", name="林知夏", number=2).said)
    assert "林知夏" in second
    return any(word in second for word in ("10099000001", "高远航", number_of(1)))


def test_nobody_reads_another_ones_words(url, texts):
    assert not leaked(url, texts)


def test_a_word_without_a_place_would_be_read_by_others(url, texts, monkeypatch):
    monkeypatch.setattr(kept, "page", in_the_letters)
    assert leaked(url, texts)


def in_the_letters(request, template, *, same, words, context):
    """A door that forgets to give its words a place."""
    return keep(request, template, same=same, words=words, context=lambda _word: context(words.__getitem__))


def test_what_is_kept_is_never_out_of_date(cast, url, texts):
    browser = Client()
    assert cast.factory.name in browser.get(url).content.decode()
    Organization.objects.filter(pk=cast.factory.pk).update(name="改名工会")
    assert "改名工会" in browser.get(url).content.decode()
    before = Visitor(url, texts, "10099000001").said[4][2]
    consents.issue_text(purpose=registry.PERSONAL, zh="新的告知书", en="New words", by=cast.city_clerk)
    policies.set_value("membership.answer_days", 7, by=house(), organization=cast.county, since=dates.today(), source="测试")
    after = Visitor(url, texts, "10099000002").said[4][2]
    assert ["新的告知书" in before, "新的告知书" in after] == [False, True]
    assert ["3 个工作日" in before, "7 个工作日" in before, "7 个工作日" in after] == [True, False, True]


def test_the_number_of_pages_is_bounded(url, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    for easy in ("on", "off", "on"):
        browser = Client()
        browser.cookies["easy"] = easy
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en" if len(kept._kept) == 2 else "zh-hans"
        browser.get(url)
    assert len(kept._kept) == 1


def test_a_message_and_an_address_with_a_query_are_drawn_as_ever(cast, url, rf):
    browser = Client()
    browser.get(f"{url}?by=phone")
    assert kept._kept == {}
    request = rf.get(url)
    request._messages = [SimpleNamespace(extra_tags="", level_tag="success", __str__=str)]
    shown = kept.page(
        request, "shell/parts/_toasts.html", same=(), words={"text": "<done>"},
        context=lambda word: {"said": [{"kind": "ok", "text": word("text")}]},
    )  # fmt: skip
    assert "&lt;done&gt;" in shown.content.decode()
    assert kept._kept == {}
