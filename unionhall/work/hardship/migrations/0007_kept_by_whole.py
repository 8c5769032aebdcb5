"""No row that is counted goes without the unit that kept the file then."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hardship", "0006_kept_by")]
    operations = [
        migrations.AlterField(
            model_name=name,
            name="kept_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.organization"
            ),
        )
        for name in ("contact", "inquiry", "objection", "posting", "visit")
    ]
