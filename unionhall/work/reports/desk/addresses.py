"""Where figures and findings are opened."""

from urllib.parse import urlencode

from django.urls import reverse

from unionhall.work.reports.queries.checks import Finding, Side


def records(code: str, **asked: object) -> str:
    """The page of a figure with its records."""
    kept = {name: value for name, value in asked.items() if value not in (None, "")}
    return f"{reverse('office:figure', args=[code])}?{urlencode(kept)}"


def of_side(side: Side) -> str:
    """The records of one side of a finding."""
    return records(side.code, unit=side.unit, below=int(side.below), since=side.since, until=side.until, as_of=side.as_of)


def linked(findings: list[Finding]) -> list[tuple[Finding, str, str]]:
    """Findings with the addresses of both sides' records."""
    return [(one, of_side(one.left), of_side(one.right)) for one in findings]
