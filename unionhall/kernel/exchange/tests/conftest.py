"""A kind of import that writes employers, and a way through it."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.exchange import registry
from unionhall.kernel.exchange.actions import bring, check, take_back, write
from unionhall.kernel.exchange.registry import Column, Finding, ImportKind, Unfit, Written
from unionhall.kernel.organizations.models import Employer
from unionhall.lib.text import Text

COLUMNS = (
    Column("name", Text("企业名称", "Employer"), required=True, aliases=("单位",)),
    Column("staff", Text("职工人数", "Staff"), "whole", aliases=("人数",)),
    Column("since", Text("成立日期", "Since"), "date"),
    Column("at", Text("所属工会", "Union"), "unit"),
    Column("contact", Text("联系电话", "Phone"), "phone"),
)
DOUBLE = Text("名称已登记。", "The name is known.")
LARGE = Text("人数太多。", "Too many staff.")


def checked(rows, *, at, by, options):
    known = dict(Employer.objects.values_list("name", "staff"))
    found = []
    for row in rows:
        if row.values["staff"] and row.values["staff"] > 10_000:
            found.append(Finding(row.number, "staff", LARGE, level="doubt"))
        if row.values["name"] in known:
            same = known[row.values["name"]] == row.values["staff"]
            found.append(Finding(row.number, "name", DOUBLE, level="same" if same else "changed"))
    return found


def written(rows, *, at, by, options, source):
    known = {one.name: one for one in Employer.objects.filter(name__in=[row.values["name"] for row in rows])}
    told = []
    for row in rows:
        if row.values["name"] == "不再可能":
            raise Unfit(Finding(row.number, "name", DOUBLE))
        old = known.get(row.values["name"])
        unit = row.values["at"] or at
        if old is None:
            made = Employer.objects.create(
                name=row.values["name"], staff=row.values["staff"], organization=unit, org_path=unit.path, since="2025-01-01"
            )
            told.append(Written(row.number, f"organizations.employer:{made.pk}", "made"))
        elif old.staff == row.values["staff"]:
            told.append(Written(row.number, f"organizations.employer:{old.pk}", "same"))
        else:
            before, old.staff = old.staff, row.values["staff"]
            old.save()
            told.append(Written(row.number, f"organizations.employer:{old.pk}", "changed", {"staff": before}))
    return told


def undone(written, *, at, by, options):
    stays = []
    for one in written:
        employer = Employer.objects.get(pk=int(one.record.partition(":")[2]))
        if employer.industry:
            stays.append(Finding(one.row, "name", DOUBLE))
        elif one.outcome == "made":
            employer.delete()
        else:
            employer.staff = one.before["staff"]
            employer.save()
    return stays


@pytest.fixture
def kind(monkeypatch):
    """The kind, registered for one test."""
    monkeypatch.setattr(registry, "_imports", dict(registry.import_kinds()))
    made = ImportKind(
        code="tests.employers",
        name=Text("企业", "Employers"),
        permission="people.register",
        columns=COLUMNS,
        check=checked,
        write=written,
        undo=undone,
        most=3_000,
    )
    registry.register_import(made)
    return made


def book(*lines, merge=()):
    out = io.BytesIO()
    made = openpyxl.Workbook()
    for line in lines:
        made.active.append(line)
    for cells in merge:
        made.active.merge_cells(cells)
    made.save(out)
    return out.getvalue()


def upload(content, name="企业.xlsx"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def way(cast, kind, django_capture_on_commit_callbacks):
    """`way.brought(lines…)`, `way.checked(…)`, `way.done(…)`: an import by the clerk of the county, so far."""
    return Way(cast, kind)


class Way:
    def __init__(self, cast, kind):
        self.cast, self.kind, self.by, self.at = cast, kind, cast.county_clerk, cast.county

    def brought(self, *lines, content=None, name="企业.xlsx", encoding=""):
        file = upload(content if content is not None else book(*lines), name)
        return bring.bring(kind=self.kind.code, upload=file, by=self.by, at=self.at, encoding=encoding)

    def checked(self, *lines, **more):
        return self.assigned(self.brought(*lines, **more))

    def assigned(self, one):
        mapping = {int(place): code for place, code in one.mapping.items()}
        return check.assign(import_id=one.pk, by=self.by, mapping=mapping)

    def done(self, *lines, **more):
        return self.run(self.checked(*lines, **more))

    def run(self, one):
        begun = write.begin(import_id=one.pk, by=self.by)
        write.run(begun.pk, check.Silent())
        begun.refresh_from_db()
        return begun

    def undone(self, one):
        begun = take_back.undo(import_id=one.pk, by=self.by)
        take_back.run(begun.pk, check.Silent())
        begun.refresh_from_db()
        return begun


def counts(one):
    """What is not nothing among the counts of an import."""
    names = ("made", "changed", "same", "doubtful", "refused", "skipped")
    return {name: count for name in names if (count := getattr(one, name))}
