"""Journeys: tests that show a programme live, and the evidence they leave in the catalogue.

    @pytest.mark.journey("graded_dispatch")
    def test_graded_dispatch(journey, cast):
        journey.watch("sum(issues.resolved; programme=graded_dispatch)", at=cast.county)
        journey.client("county_clerk").post(...)

The journey itself checks that an edition of the programme was opened, that acts went over HTTP and were accepted, and
that every watched figure moved. Only then, and only when the test passed, does the session write `catalogue/live.json`.
"""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import unionhall
from unionhall.catalogue import live, published
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger.facts import Figure, Indicator, Scope, Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.programmes import actions as programmes
from unionhall.kernel.programmes.models import Edition
from unionhall.kernel.programmes.rules import entries
from unionhall.testing.cast import Cast

PROPERTY = "journey"
SOURCE = Path(unionhall.__file__).parent


@dataclass(frozen=True, slots=True)
class Watched:
    """A figure that the journey is to move, and how it stood at the start."""

    expression: str
    indicator: Indicator
    scope: Scope
    window: Window
    before: Figure


@dataclass
class Journey:
    """One programme's journey: its clients, the figures it watches, and what has been seen of both."""

    code: str
    cast: Cast
    watched: list[Watched] = field(default_factory=list)
    acts: list[tuple[str, str, int]] = field(default_factory=list)
    editions_before: frozenset[int] = frozenset()

    def client(self, who: str) -> Client:
        """A signed-in browser of a person of the cast whose requests are noted."""
        client = self.cast.client(who)
        send = client.request

        def noted(**request: Any) -> Any:
            answer = send(**request)
            if request.get("REQUEST_METHOD") == "POST":
                self.acts.append((who, str(request.get("PATH_INFO", "")), answer.status_code))
            return answer

        client.request = noted  # type: ignore[method-assign]
        return client

    def watch(
        self, expression: str, *, at: Organization, below: bool = True, since: date | None = None, until: date | None = None
    ) -> None:
        """Note how a figure stands; it must have moved when the journey ends."""
        indicator = published.indicator_of(expression)
        if indicator is None:
            raise LookupError(f"the house does not count {expression!r}")
        scope, window = Scope(at, below), Window(since, until or date(2999, 12, 31))
        self.watched.append(Watched(expression, indicator, scope, window, ledger.value(indicator, scope, window)))

    def moved(self) -> list[str]:
        """The watched figures that no longer stand where they stood."""
        return [
            one.expression for one in self.watched if ledger.value(one.indicator, one.scope, one.window).number != one.before.number
        ]

    def lacking(self) -> list[str]:
        """What this journey has not shown; empty when it proves the programme live."""
        missing = []
        opened = Edition.objects.filter(programme__code=self.code).exclude(pk__in=self.editions_before)
        if not opened.exclude(opened_at=None).exists():
            missing.append("no edition of the programme was opened")
        if not any(300 <= status < 400 for _who, _path, status in self.acts):  # an act that was done leads on to another page
            missing.append("no act went over HTTP and was accepted")
        if not self.watched:
            missing.append("no figure was watched")
        still = sorted({one.expression for one in self.watched} - set(self.moved()))
        missing.extend(f"{expression} did not move" for expression in still)
        return missing


@pytest.fixture
def journey(request: pytest.FixtureRequest, cast: Cast) -> Iterator[Journey]:
    """The journey of the programme named by the test's mark; leaves evidence only when everything was shown."""
    mark = request.node.get_closest_marker("journey")
    if mark is None or len(mark.args) != 1:
        pytest.fail('a journey names its programme: @pytest.mark.journey("code")', pytrace=False)
    programmes.load_catalogue()
    before = frozenset(Edition.objects.values_list("pk", flat=True))
    travelled = Journey(mark.args[0], cast, editions_before=before)
    yield travelled
    report = getattr(request.node, "journey_report", None)
    if report is None or not report.passed:
        return
    missing = travelled.lacking()
    if missing:
        pytest.fail(f"{travelled.code} is not shown live: {'; '.join(missing)}", pytrace=False)
    entry = {entry.code: entry for entry in entries.read(programmes.CATALOGUE)}[travelled.code]
    kept = {"code": entry.code, "journey": place(request.node), "digest": entry.digest, "moved": travelled.moved()}
    request.node.user_properties.append((PROPERTY, json.dumps(kept)))


def place(item: pytest.Item) -> str:
    """Where a journey stands: path and name, without parameters."""
    return item.nodeid.partition("[")[0]


def declared(root: Path = SOURCE) -> dict[str, str]:
    """The journeys that the rooms declare: programme code to test, read from the sources without running them."""
    found: dict[str, str] = {}
    for path in sorted(root.glob("work/*/tests/journeys/test_*.py")):
        name = path.relative_to(root.parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for code in _codes(node):
                if code in found:
                    raise ValueError(f"{code} has two journeys: {found[code]} and {name}::{getattr(node, 'name', '')}")
                found[code] = f"{name}::{getattr(node, 'name', '')}"
    return found


def _codes(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.FunctionDef):
        return []
    inside = [one for decorator in node.decorator_list for one in ast.walk(decorator)]  # also the marks of a parametrised journey
    calls = [one for one in inside if isinstance(one, ast.Call) and ast.unparse(one.func) == "pytest.mark.journey"]
    return [str(ast.literal_eval(call.args[0])) for call in calls if call.args]


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark and listen to the whole session, on the controller alone when there are several workers."""
    config.addinivalue_line("markers", "journey(code): shows that a programme of the catalogue is live")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Scribe(config), "unionhall-live")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let the fixture know, on its way out, whether the test itself passed."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.when == "call":
        item.journey_report = report  # type: ignore[attr-defined]


class Scribe:
    """Gathers what passed journeys left and writes the evidence at the end of the session."""

    def __init__(self, config: pytest.Config, evidence: Path = live.EVIDENCE) -> None:
        self.config = config
        self.evidence = evidence
        self.passed: dict[str, live.Evidence] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the evidence of a journey whose test and teardown both passed."""
        if report.when != "teardown" or not report.passed:
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                told = json.loads(str(value))
                self.passed[told["code"]] = live.Evidence(told["journey"], told["digest"], tuple(told["moved"]))

    def is_whole(self) -> bool:
        """Whether this run was to run everything: no paths or keywords narrowed it."""
        option = self.config.option
        narrowed = (option.keyword, getattr(option, "lf", False), option.collectonly, option.deselect)
        return self.config.args_source is not pytest.Config.ArgsSource.ARGS and not any(narrowed)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what was proved; in a whole run, fail when listed programmes were not travelled."""
        kept = live.evidence(self.evidence)
        if self.passed:
            live.write({**kept, **self.passed}, self.evidence)
        if self.is_whole() and session.exitstatus == pytest.ExitCode.OK and set(kept) - set(self.passed):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            print(f"\nlisted as live, but no journey ran: {', '.join(sorted(set(kept) - set(self.passed)))}")  # noqa: T201
