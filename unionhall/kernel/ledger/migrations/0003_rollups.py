"""Lighter entries (the month is written by the poster and checked, no index on subjects) and the trace of subjects."""

from django.db import migrations, models

MONTH = """
ALTER TABLE ledger_entry ALTER COLUMN month DROP EXPRESSION;
ALTER TABLE ledger_entry ALTER COLUMN month SET NOT NULL;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_month CHECK (
    day >= make_date(month / 12, month % 12 + 1, 1) AND day < make_date((month + 1) / 12, (month + 1) % 12 + 1, 1));
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [
        migrations.RemoveIndex(model_name="entry", name="ledger_entry_subject"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MONTH, migrations.RunSQL.noop)],
            state_operations=[
                migrations.RemoveField(model_name="entry", name="month"),
                migrations.AddField(model_name="entry", name="month", field=models.IntegerField(), preserve_default=False),
            ],
        ),
        migrations.AddField(model_name="watermark", name="earliest", field=models.DateField(null=True)),
        migrations.AddField(model_name="watermark", name="latest", field=models.DateField(null=True)),
        migrations.CreateModel(
            name="Trace",
            fields=[
                ("pk", models.CompositePrimaryKey("fact_id", "subject", "month", "org_path", "dimensions_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("fact_id", models.SmallIntegerField()),
                ("subject", models.BigIntegerField()),
                ("month", models.IntegerField()),
                ("dimensions_id", models.BigIntegerField()),
                ("quantity", models.BigIntegerField()),
                ("org_path", models.CharField(db_collation="C", max_length=64)),
            ],
        ),
    ]
