"""One object of every kind of this room in a unit, for the permission matrix."""

from datetime import date

from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.people import queries as people
from unionhall.testing.matrix import FromBelow, from_below
from unionhall.work.reports.actions import defining, templates, writing


def objects(cast, unit, token):
    house, seen = people.house(), from_below(token)
    template = templates.add(organization=unit, name=seen, kind="other", body=f"# {seen}\n{seen}", by=house)
    window = Window(date(2025, 1, 1), date(2025, 12, 31))
    own = templates.add(organization=unit, name=f"{seen}2", kind="other", body=f"# {token}\n{token}", by=house)
    report = writing.draft(organization=unit, window=window, template=own, title=token, by=house)
    report.body = "{issues.identified}"
    report.template = None
    report.save()
    report = writing.regenerate(report_id=report.pk, by=house)
    wanted = defining.Wanted(name_zh=seen, counts_zh=seen, formula="sum", facts=["issues.identified"])
    definition = defining.define(organization=unit, slug=f"x{unit.pk}", wanted=wanted, by=house)
    one = {"id": report.pk}
    pages = ("report", "restore", "regenerate", "rename", "issue", "document", "beside")
    return {
        "reports:desk-list": {},
        **{f"reports:desk-{page}": one for page in pages},
        "reports:desk-edit": one,
        "reports:desk-figure": {**one, "number": 0},
        "reports:desk-template": FromBelow({"id": template.pk}),
        "reports:desk-template-retire": FromBelow({"id": template.pk}),
        "reports:desk-definition": FromBelow({"id": definition.pk}),
        "reports:desk-definition-retire": FromBelow({"id": definition.pk}),
    }
