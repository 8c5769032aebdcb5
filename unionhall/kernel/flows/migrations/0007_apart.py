"""Whether a person is apart from one who had a hand in a record, with those for whom that one took its steps."""

from django.db import migrations

APART = """
CREATE FUNCTION flows_apart(kind text, record bigint, earlier bigint, mine bigint, day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT access_apart(
        ARRAY[mine],
        earlier || ARRAY(SELECT s.behalf_id FROM flows_step s
                          WHERE s.record_kind = kind AND s.record_id = record AND s.by_id = earlier AND s.behalf_id IS NOT NULL),
        day)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("flows", "0006_behalf"), ("access", "0005_apart")]
    operations = [migrations.RunSQL(APART, "DROP FUNCTION flows_apart(text, bigint, bigint, bigint, date)")]
