"""Parts of names are found by pairs of characters, which stand with the other keys of a name: one index instead of two.

Single characters are shared by tens of thousands at a million people; pairs by some dozens. Namesakes of one unit have an index.
"""

import django.db.models.deletion
from django.db import migrations, models

GRAMS = """
UPDATE people_person SET name_keys = name_keys || ARRAY(
    SELECT DISTINCT substr(name, place, width) FROM generate_series(1, length(name)) AS place, generate_series(1, 2) AS width
     WHERE place + width - 1 <= length(name) AND substr(name, place, width) !~ '^[A-Za-z ]+$')
 WHERE name <> ''
"""
# What this migration adds is not told from the other keys by looking: it is what is not plain Latin.
NO_GRAMS = """
UPDATE people_person SET name_keys = ARRAY(SELECT key FROM unnest(name_keys) AS key WHERE length(key) > 2 OR key ~ '^[a-z]+$')
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_pairs"), ("organizations", "0001_initial")]
    operations = [
        migrations.RemoveIndex(model_name="person", name="people_person_name"),
        migrations.RunSQL(GRAMS, NO_GRAMS),
        migrations.AlterField(
            model_name="person",
            name="home",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="organizations.organization",
                verbose_name="Home unit",
            ),
        ),
        migrations.AddIndex(model_name="person", index=models.Index(fields=["home", "name"], name="people_person_namesake")),
    ]
