"""One object of every kind of this room in a unit, for the permission matrix."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.files.models import File
from unionhall.kernel.ledger import queries as ledger
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.people import queries as people
from unionhall.lib import clock, dates
from unionhall.testing.matrix import Anywhere, FromBelow, from_below
from unionhall.work.reports.actions import check, defining, ruling, showing, tables, templates, totals, writing
from unionhall.work.reports.models import Filing
from unionhall.work.reports.tests.test_fill_tables import workbook

YEAR = Window(date(2025, 1, 1), date(2025, 3, 31))


def objects(cast, unit, token):
    house, seen = people.house(), from_below(token)
    template = templates.add(organization=unit, name=seen, kind="other", body=f"# {seen}\n{seen}", by=house)
    own = templates.add(organization=unit, name=f"{seen}2", kind="other", body=f"# {token}\n{{issues.identified}}", by=house)
    report = writing.draft(organization=unit, window=YEAR, template=own, title=token, by=house)
    templates.retire(template_id=own.pk, by=house)
    wanted = defining.Wanted(name_zh=seen, counts_zh=seen, formula="sum", facts=["issues.identified"])
    definition = defining.define(organization=unit, slug=f"x{unit.pk}", wanted=wanted, by=house)
    rule = ruling.set_rule(organization=unit, kind="adds_up", left="issues.identified", why=seen, by=house)
    paper = SimpleUploadedFile(f"{token}.txt", token.encode())
    total = totals.enter(
        organization=unit, fact="issues.identified", window=YEAR, number="1", evidence=token, by=house, file=paper, beside=True
    )  # fmt: skip
    file = File.objects.get(record_kind="reports.total", record_id=total.pk)
    table = tables.add_table(
        organization=unit, name=seen, cadence="month", level="county", days=365, workbook=workbook(), by=house
    )  # fmt: skip
    filing = Filing.objects.create(
        table=table, organization=unit, org_path=unit.path, since=YEAR.start, until=YEAR.end, reason=token,
        mark=str(ledger.mark()),
    )  # fmt: skip
    waiting = Filing.objects.create(
        table=table, organization=unit, org_path=unit.path, since=YEAR.start, until=dates.today(), reason=token, state="submitted",
        lies_with=unit, lies_since=clock.now(),
    )  # fmt: skip
    screen, _word = showing.hang(organization=unit, name=token, until=dates.today(), by=house)
    one = {"id": report.pk}
    text = check.Given(token, f"{token}发现问题12项，走访40户。", plain=True)
    checked = check.hand_in(given=text, unit=unit, since=YEAR.start, until=YEAR.end, by=house)
    pages = ("report", "restore", "regenerate", "rename", "issue", "document", "beside")
    return {
        "reports:desk-list": {},
        "reports:desk-check": {},
        "reports:desk-checked": {"id": checked.pk},
        "reports:desk-match": {"id": checked.pk, "number": 0},
        "reports:desk-closing": Anywhere(code="issue_list_closure"),
        "reports:desk-screens": {},
        "reports:desk-screen-down": {"id": screen.pk},
        "reports:desk-totals": {},
        **{f"reports:desk-{page}": one for page in pages},
        "reports:desk-edit": {**one, "key": report.content["paragraphs"][0]["key"]},
        "reports:desk-figure": {**one, "number": 0},
        "reports:desk-template": FromBelow({"id": template.pk}),
        "reports:desk-template-retire": FromBelow({"id": template.pk}),
        "reports:desk-definition": FromBelow({"id": definition.pk}),
        "reports:desk-definition-retire": FromBelow({"id": definition.pk}),
        "reports:desk-rule-end": FromBelow({"id": rule.pk}),
        "reports:desk-table": FromBelow({"id": table.pk}),
        "reports:desk-table-open": FromBelow({"id": table.pk}),
        "reports:desk-table-urge": FromBelow({"id": table.pk}),
        "reports:desk-tables": {},
        **{f"reports:desk-filing{page}": {"id": filing.pk} for page in ("", "-cell", "-export")},
        **{f"reports:desk-filing-{act}": {"id": filing.pk} for act in ("refill", "submit", "leave")},
        **{f"reports:desk-filing-{act}": {"id": waiting.pk} for act in ("accept", "return")},
        "reports:desk-total-back": {"id": total.pk},
        "reports:desk-total-file": {"id": total.pk, "file": file.pk},
    }
