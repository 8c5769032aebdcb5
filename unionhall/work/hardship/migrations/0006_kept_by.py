"""Everything that is counted names the unit that kept the file then, and files move between units."""

import django.db.models.deletion
from django.db import migrations, models

import unionhall.lib.clock

FILL = """
UPDATE hardship_visit v SET kept_by_id = h.organization_id FROM hardship_household h WHERE h.id = v.household_id;
UPDATE hardship_inquiry v SET kept_by_id = h.organization_id FROM hardship_household h WHERE h.id = v.household_id;
UPDATE hardship_objection v SET kept_by_id = h.organization_id FROM hardship_household h WHERE h.id = v.household_id;
UPDATE hardship_posting v SET kept_by_id = h.organization_id FROM hardship_household h WHERE h.id = v.household_id;
UPDATE hardship_contact c SET kept_by_id = h.organization_id FROM hardship_pairing p, hardship_household h
 WHERE p.id = c.pairing_id AND h.id = p.household_id;
UPDATE hardship_watch v SET kept_by_id = h.organization_id FROM hardship_household h
 WHERE h.id = v.household_id AND v.done_on IS NOT NULL;
UPDATE hardship_yearline v SET kept_by_id = h.organization_id FROM hardship_household h
 WHERE h.id = v.household_id AND v.spot_on IS NOT NULL;
"""


def kept_by():
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.organization"
    )


def key(to, **more):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("hardship", "0005_apart"),
        ("organizations", "0001_initial"),
        ("people", "0007_fewer_indexes"),
        ("programmes", "0001_initial"),
    ]
    operations = [
        *(
            migrations.AddField(model_name=name, name="kept_by", field=kept_by())
            for name in ("contact", "inquiry", "objection", "posting", "visit", "watch", "yearline")
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("org_path", models.CharField(db_collation="C", editable=False, max_length=64)),
                ("reference", models.CharField(max_length=60)),
                ("state", models.CharField(editable=False, max_length=40)),
                ("state_since", models.DateTimeField(default=unionhall.lib.clock.now, editable=False)),
                ("due_on", models.DateField(blank=True, editable=False, null=True)),
                ("paused_at", models.DateTimeField(editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(default=unionhall.lib.clock.now, editable=False)),
                ("words", models.CharField(max_length=200, verbose_name="Why it moves")),
                ("taken_on", models.DateField(null=True)),
                ("created_by", key("people.person", editable=False)),
                ("edition", key("programmes.edition", blank=True, null=True)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="hardship.household"
                    ),
                ),
                ("organization", key("organizations.organization")),
                ("origin", key("organizations.organization")),
                ("programme", key("programmes.programme", blank=True, null=True)),
            ],
            options={
                "ordering": ("-id",),
                "abstract": False,
                "indexes": [
                    models.Index(fields=["org_path", "-id"], name="handover_path"),
                    models.Index(fields=["origin"], name="handover_from"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "offered")), fields=("household",), name="handover_one_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "taken"), ("taken_on__isnull", False)),
                            models.Q(models.Q(("state", "taken"), _negated=True), ("taken_on", None)),
                            _connector="OR",
                        ),
                        name="handover_taken",
                    ),
                ],
            },
        ),
    ]
