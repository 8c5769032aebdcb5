"""Overlapping versions of a rule are refused by the database; the calendar begins with the published arrangements."""

from typing import Any

from django.db import migrations

from unionhall.kernel.policies import rules

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


def seed(apps: Any, schema_editor: Any) -> None:
    """Fill the calendar."""
    day = apps.get_model("policies", "CalendarDay")
    day.objects.bulk_create([day(day=at, working=working, note=note) for at, working, note in rules.published_days()])
    year = apps.get_model("policies", "CalendarYear")
    year.objects.bulk_create([year(year=number, source=source) for number, source in rules.published_years()])
    apps.get_model("policies", "CalendarStamp").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
