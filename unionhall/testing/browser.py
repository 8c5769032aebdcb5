"""A real browser for journeys: a window of a given width, signed in or not, that keeps a log of what it asked for.

    @pytest.mark.browser
    def test_the_worklist(window, clerk):
        desk = window(1440, person=clerk)
        desk.open("/")
        desk.expect_clean()

Where no Chromium is found the journeys are skipped, and the end of the run says so in one sentence.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

AXE = Path(__file__).with_name("axe") / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
HEIGHTS = {375: 812, 360: 780, 320: 700}
ABSENT = "no Chromium was found"
SHOTS = "UNIONHALL_SHOTS"  # a folder: screenshots of journeys are written there


def chromium_path() -> str | None:
    """Where the system's Chromium is, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Window:
    """One tab of a browser on the live server."""

    def __init__(self, page: Any, base: str) -> None:
        self.page = page
        self.base = base
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: Any) -> None:
        expected = "Failed to load resource" in message.text  # the status of an answer is the test's matter, not the console's
        if message.type == "error" and not expected:
            self.complaints.append(message.text)

    def open(self, path: str) -> Any:
        """Go to an address of the house; returns the browser's response."""
        return self.page.goto(f"{self.base}{path}", wait_until="load")

    def foreign(self) -> list[str]:
        """Every request that left for another host."""
        own = urlsplit(self.base).netloc
        return [url for url in self.asked if urlsplit(url).scheme not in {"data", "blob", "about"} and urlsplit(url).netloc != own]

    def faults(self) -> list[str]:
        """What axe calls serious or critical on the page as it stands."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        return [
            f"{fault['id']} ({fault['impact']}): {fault['help']}: {node['html'][:160]}"
            for fault in found
            if fault["impact"] in {"serious", "critical"}
            for node in fault["nodes"]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def strays(self) -> list[str]:
        """What fell out of the layout because a tag was closed once too often."""
        within = "[...document.querySelectorAll('.desk-body > *')]"
        return list(self.page.evaluate(f"{within}.filter((one) => !one.matches('nav.side, main')).map((one) => one.outerHTML)"))

    def expect_clean(self) -> None:
        """No serious fault, no foreign request, no script error or refused style, no sideways scrolling, nothing out of place."""
        assert self.strays() == []
        assert self.faults() == []
        assert self.foreign() == []
        assert self.complaints == []
        assert self.overflow() <= 0

    def shot(self, name: str, *, full: bool = True) -> Path | None:
        """A screenshot in the folder that the environment names; without one nothing is drawn."""
        folder = os.environ.get(SHOTS)
        if not folder:
            return None
        path = Path(folder) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path), full_page=full)
        return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, started once for the run."""
    path = chromium_path()
    if path is None:
        pytest.skip(ABSENT)
    playwright = pytest.importorskip("playwright.sync_api")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread; Django's guard would refuse
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def sign_in(context: Any, person: Any, base: str) -> None:
    """Give a browser context the session of a person, of an account, or of a signed-in test client (`cast.client(...)`)."""
    accounts = get_user_model()
    client = person if isinstance(person, Client) else Client()
    if client is not person:
        client.force_login(person if isinstance(person, accounts) else accounts.objects.get(person=person))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base, "httpOnly": True}])


@pytest.fixture
def window(chromium: Any, live_server: Any) -> Iterator[Callable[..., Window]]:
    """Open windows on the live server: `window(1440)`, `window(375, person=clerk, scripts=False, language="en")`."""
    contexts = []

    def opened(width: int = 1440, *, person: Any = None, scripts: bool = True, language: str = "zh-CN") -> Window:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            java_script_enabled=scripts,
            locale=language,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if person is not None:
            sign_in(context, person, live_server.url)
        return Window(context.new_page(), live_server.url)

    yield opened
    for context in contexts:
        context.close()


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """WhiteNoise wants its folder to exist, even where files come from the packages themselves."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say plainly when journeys were left out."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if ABSENT in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} browser journeys were skipped because {ABSENT}; install the system's chromium package to run them."
        )
