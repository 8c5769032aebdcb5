"""Writing reports: generate, change by hand, generate anew, issue."""

from datetime import date

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.reports import access
from unionhall.work.reports.models import Report, Template
from unionhall.work.reports.queries import checks, compose, ready, written
from unionhall.work.reports.rules import markup

LONGEST_HAND = 5_000


@transaction.atomic
def draft(
    *,
    organization: Organization,
    window: Window,
    by: Person,
    template: Template | None = None,
    prepared: str = "",
    programme: Programme | None = None,
    title: str = "",
) -> Report:
    """Write a report for a unit and a period, from a template of the house or one that is ready."""
    access.require(by, access.WRITE, organization)
    if window.start is None:
        raise Refused(Text("请填写起始日期。", "Give the first day."), field="since")
    if template is None and prepared not in ready.texts():
        raise Refused(Text("请选择报告模板。", "Choose a template."), field="template")
    kind, body = (template.kind, template.body) if template else (ready.texts()[prepared].kind, ready.texts()[prepared].body)
    if kind in ("programme", "closing") and programme is None:
        raise Refused(Text("请选择报告所写的工作项目。", "Choose the programme it is about."), field="programme")
    report = Report(
        organization=organization,
        org_path=organization.path,
        template=template,
        ready="" if template else prepared,
        kind=kind,
        programme=programme,
        title=title.strip() or ready.title(kind, organization, window, programme),
        since=window.start,
        until=window.end,
        body=body,
        created_by=by,
        generated_at=clock.now(),
    )
    _generate(report)
    report.save()
    audit.record(by, "reports.drafted", report, at=organization, mark=report.mark, figures=len(report.figures))
    return report


def _generate(report: Report) -> None:
    composed = compose.compose(report.body, written.frame(report), hands=report.hands)
    report.content = composed.content(report.title)
    report.mark = composed.mark
    report.generated_at = clock.now()


@transaction.atomic
def regenerate(*, report_id: int, by: Person, version: int | None = None) -> Report:
    """Count a draft again from its template as it is now; what was changed by hand stays."""
    report = _draft(report_id, by, version)
    if report.template is not None and report.template.retired_at is None:
        report.body = report.template.body
    _generate(report)
    return _kept(report, "reports.drafted", by, figures=len(report.figures))


@transaction.atomic
def edit(*, report_id: int, key: str, text: str, by: Person, version: int | None = None) -> Report:
    """Change one paragraph by hand; figures in it stay figures. An empty text leaves the paragraph out."""
    report = _draft(report_id, by, version)
    known = next((one for one in report.content["paragraphs"] if one["key"] == key and key), None)
    if known is None:
        raise Refused(Text("报告里没有这一段，请重新打开后再改。", "There is no such paragraph: open the report again."))
    source = " ".join(text.split("\n")).strip()
    if len(source) > LONGEST_HAND:
        raise Refused(Text("一段最多 5000 字。", "A paragraph has at most 5,000 characters."), field="text")
    if source.startswith("@"):
        raise Refused(Text("手改的段落不能以 @ 开头。", "A paragraph does not begin with @."), field="text")
    line = markup.line_of(source or "#")
    missing = compose.unknown(source) if source else []
    if missing:
        raise unknown_indicator(missing[0], field="text")
    report.hands = {**report.hands, key: {"source": source, "by": by.name, "on": dates.today().isoformat(), "level": line.level}}
    _generate(report)
    return _kept(report, "reports.edited", by, paragraph=key)


@transaction.atomic
def restore(*, report_id: int, key: str, by: Person) -> Report:
    """Take a change by hand back: the paragraph reads again as generated."""
    report = _draft(report_id, by, None)
    report.hands = {name: hand for name, hand in report.hands.items() if name != key}
    _generate(report)
    return _kept(report, "reports.edited", by, paragraph=key, restored=True)


@transaction.atomic
def rename(*, report_id: int, title: str, number: str, by: Person, version: int | None = None) -> Report:
    """Give a draft its title and document number."""
    report = _draft(report_id, by, version)
    if not title.strip():
        raise Refused(Text("请填写标题。", "Fill in the title."), field="title")
    report.title, report.number = title.strip()[:120], number.strip()[:40]
    report.content = {**report.content, "title": report.title}
    return _kept(report, "reports.edited", by, title=report.title)


@transaction.atomic
def issue(*, report_id: int, by: Person, remark: str = "", day: date | None = None, version: int | None = None) -> Report:
    """Issue a report: text, figures and as-of mark stand for ever, hashed into the audit chain.

    Where the rules between indicators have found something, the one who issues says why it is so. Nobody issues what
    somebody else has changed since it was read (`version`).
    """
    report = _draft(report_id, by, version, to=access.ISSUE)
    if report.content.get("left_over"):
        raise Refused(
            Text(
                "有手改的段落在模板里已经没有，请先恢复或删除后再印发。",
                "Paragraphs changed by hand are no longer in the template: take them back first.",
            )
        )
    findings = checks.findings(report)
    if findings and not remark.strip():
        raise Refused(Text("校验有提示，请写明情况再印发。", "Explain what the checks found."), field="remark")
    report.state, report.issued_by, report.issued_at = Report.ISSUED, by, clock.now()
    report.issued_on, report.remark = day or dates.today(), remark.strip()[:400]
    report.digest = written.digest(report)
    report.version += 1
    report.save()
    audit.record(by, "reports.issued", report, at=report.organization, digest=report.digest, mark=report.mark, reason=report.remark)
    return report


def _draft(report_id: int, by: Person, version: int | None, *, to: str = access.WRITE) -> Report:
    report = access.for_change(by, report_id, to=to)
    if report.issued:
        raise Conflict(Text("报告已经印发，不能再改。", "The report is issued and can no longer be changed."))
    if version is not None and version != report.version:
        raise Conflict(
            Text("别人刚改过这份报告，请看过新的内容后再改。", "Somebody changed the report meanwhile: look at it again.")
        )
    return report


def _kept(report: Report, verb: str, by: Person, **details: object) -> Report:
    report.version += 1
    report.save()
    audit.record_many([audit.Act(by, verb, report, report.organization, details={"mark": report.mark, **details})])
    return report


def unknown_indicator(missing: tuple[str, int], *, field: str = "body") -> Refused:
    """The refusal of a text that names an indicator which the house does not have."""
    code, line = missing
    return Refused(Text(f"第 {line} 行：没有名为“{code}”的指标。", f"Line {line}: there is no indicator “{code}”."), field=field)
