"""Overlapping versions of a rule are refused by the database; the calendar begins with the published arrangements."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from chinese_calendar.constants import Holiday, holidays, workdays
from django.db import migrations

# A range over text makes an exclusion constraint on words possible without any extension.
GUARD = """
CREATE TYPE policies_words AS RANGE (subtype = text, collation = "C");
ALTER TABLE policies_policyvalue ADD CONSTRAINT policies_value_overlap EXCLUDE USING gist (
    policies_words(policy::text, policy::text, '[]') WITH &&,
    policies_words(level::text, level::text, '[]') WITH &&,
    int8range(coalesce(organization_id, 0), coalesce(organization_id, 0), '[]') WITH &&,
    daterange(since, until) WITH &&
);
"""
UNGUARD = """
ALTER TABLE policies_policyvalue DROP CONSTRAINT policies_value_overlap;
DROP TYPE policies_words;
"""
NAMES = {each.value: each.chinese for each in Holiday}


def seeded() -> Iterator[tuple[date, bool, str]]:
    """Every public holiday and every make-up day that the State Council's arrangements of 2004 to 2026 name."""
    for day, name in holidays.items():
        yield day, False, NAMES[name]
    for day, name in workdays.items():
        yield day, True, f"{NAMES[name]}调休上班"


def seed(apps: Any, schema_editor: Any) -> None:
    """Fill the calendar."""
    day = apps.get_model("policies", "CalendarDay")
    day.objects.bulk_create([day(day=at, working=working, note=note) for at, working, note in seeded()])
    year = apps.get_model("policies", "CalendarYear")
    source = "国务院办公厅关于{}年部分节假日安排的通知"
    year.objects.bulk_create([year(year=n, source=source.format(n)) for n in sorted({at.year for at, _w, _n in seeded()})])
    apps.get_model("policies", "CalendarStamp").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
