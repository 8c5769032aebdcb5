"""A mark that changes with every edit of a rule's value, whoever makes it."""

from django.db import migrations, models

STAMP = """
CREATE FUNCTION policies_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO policies_policystamp (id, mark) VALUES (1, gen_random_uuid()) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark;
    RETURN NULL;
END $$;
CREATE TRIGGER policies_value_stamped AFTER INSERT OR UPDATE OR DELETE ON policies_policyvalue
    FOR EACH STATEMENT EXECUTE FUNCTION policies_stamp();
"""
UNSTAMP = """
DROP TRIGGER policies_value_stamped ON policies_policyvalue;
DROP FUNCTION policies_stamp();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0003_corrected")]

    operations = [
        migrations.CreateModel(
            name="PolicyStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.UUIDField()),
            ],
        ),
        migrations.RunSQL(STAMP, UNSTAMP),
    ]
