"""Pages of the hall in a browser: weight over the wire, no script needed, elder mode, nothing serious for axe."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

import unionhall
from unionhall.kernel.access.models import PhoneCode
from unionhall.work.portal.actions import entrance

PAGES = ("/hall/", "/hall/help/", "/hall/help/write/", "/hall/help/speak/", "/hall/help/call/", "/hall/matters/", "/hall/me/",
         "/hall/me/looks/", "/hall/me/correct/", "/hall/messages/", "/hall/unions/")  # fmt: skip
HTML, ALL, REQUESTS = 14 * 1024, 100 * 1024, 10


def weigh(window, path: str) -> tuple[int, int, int]:
    """Bytes of the page itself, of everything, and the number of requests, as they came over the wire."""
    tools = window.page.context.new_cdp_session(window.page)
    tools.send("Network.enable")
    tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: dict[str, float] = {}
    tools.on("Network.loadingFinished", lambda one: sizes.__setitem__(one["requestId"], one["encodedDataLength"]))
    first: list[str] = []
    tools.on("Network.responseReceived", lambda one: first.append(one["requestId"]) if one["type"] == "Document" else None)
    window.open(path)
    window.page.wait_for_timeout(150)
    tools.detach()
    return int(sizes.get(first[0], 0)), int(sum(sizes.values())), len(sizes)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("half", [0, 1])
def test_every_page_keeps_within_its_weight_and_reads_well(cast, asked, window, half):
    phone = window(375, person=cast.client("worker"))
    heavy, faults = {}, {}
    for path in (*PAGES, f"/hall/help/{asked.pk}/")[half::2]:
        html, whole, requests = weigh(phone, path)
        if not 0 < html <= HTML or whole > ALL or requests > REQUESTS:
            heavy[path] = (html, whole, requests)
        if found := [*phone.faults(), *phone.foreign(), *phone.complaints, *(["wide"] if phone.overflow() > 0 else [])]:
            faults[path] = found
        phone.shot(f"hall{path.strip('/').replace('/', '-')}")
    assert (heavy, faults) == ({}, {})


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_without_scripts_a_worker_signs_in_asks_and_sees_it_in_elder_mode(cast, window, monkeypatch):
    sent: list[str] = []
    send = entrance.send_code
    monkeypatch.setattr(entrance, "send_code", lambda *args, **more: sent.append(send(*args, **more)) or sent[-1])
    phone = window(320, scripts=False)
    phone.open("/hall/")
    phone.page.click("button[name=value][value=on]")
    assert phone.page.evaluate("document.documentElement.className") == "easy"
    assert phone.page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    low = "(one) => one.offsetHeight && one.offsetHeight < 60 && !one.matches('.skip')"
    assert phone.page.evaluate(f"[...document.querySelectorAll('a, button')].filter({low}).map((one) => one.outerHTML)") == []
    phone.page.click("text=一键通")
    phone.page.click("text=写一写")
    phone.page.fill("textarea", "夜班补贴没有发")
    phone.page.click("main button.btn-primary")
    phone.page.fill("input[name=phone]", "10000000014")
    phone.page.click("button[value=send]")
    phone.page.fill("input[name=code]", sent[-1])
    phone.page.click("button[value=enter]")
    assert phone.page.input_value("textarea") == "夜班补贴没有发"
    phone.page.click("main button.btn-primary")
    assert re.search(r"/hall/help/\d+/$", phone.page.url)
    assert "已登记" in phone.page.inner_text("main")
    assert phone.overflow() <= 0
    assert PhoneCode.objects.get().used_at is not None


@pytest.mark.usefixtures("unhurried")
def test_the_pages_ask_the_database_little(cast, asked, django_assert_max_num_queries):
    client = cast.client("worker")
    client.get("/hall/")
    for path in (*PAGES, f"/hall/help/{asked.pk}/"):
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200, path
    with django_assert_max_num_queries(6):
        assert Client().get("/hall/").status_code == 200


STATIC = Path(unionhall.__file__).parent / "shell" / "static" / "shell"
SCRIPTS = ("hall.js", "hall-record.js", "photo.js", "keep.js", "ahead.js")
NEWER_STYLES = re.compile(
    r":has\(|:is\(|:where\(|@layer|@container|\bclamp\(|\bmin\(|\bmax\(|(?<![-\w])gap:|aspect-ratio|inset:|:focus-visible|\d[sdl]v[hw]\b"
)
NEWER_SCRIPTS = re.compile(r"\?\.[a-z]|\?\?|=>|\bconst\b|\blet\b|\bimport\b|\basync\b|`")


def test_styles_and_scripts_are_such_as_old_webviews_read():
    styles = (STATIC / "hall.css").read_text(encoding="utf-8")
    assert NEWER_STYLES.findall(re.sub(r"/\*.*?\*/", "", styles, flags=re.S)) == []
    for name in SCRIPTS:
        assert NEWER_SCRIPTS.findall((STATIC / name).read_text(encoding="utf-8")) == []


def test_a_newer_word_would_be_seen():
    assert NEWER_STYLES.findall(".a:has(b) { gap: 1px; width: min(1px, 2px); }") == [":has(", "gap:", "min("]
    assert NEWER_SCRIPTS.findall("const a = b?.c ?? `d`") != []


def test_the_hall_s_files_keep_within_their_weight():
    packed = {name: len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in ("hall.css", *SCRIPTS)}
    assert packed.pop("hall.css") <= 12 * 1024
    assert sum(packed.values()) <= 30 * 1024
