"""The second fence: what is sealed shows only inside the scope that the transaction has named.

`unionhall.scope` is '' (nothing), '*' (the house's own jobs) or ranges of paths "low|high,low|high", low included.
Inserting is free, so that a person can be registered into a unit; reading, changing and removing are not.
"""

from django.db import migrations

FENCE = """
CREATE FUNCTION unionhall_in_scope(path text) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT CASE coalesce(current_setting('unionhall.scope', true), '')
        WHEN '' THEN false
        WHEN '*' THEN true
        ELSE EXISTS (
            SELECT 1 FROM unnest(string_to_array(current_setting('unionhall.scope', true), ',')) AS bounds
            WHERE path COLLATE "C" >= split_part(bounds, '|', 1) AND path COLLATE "C" < split_part(bounds, '|', 2)
        )
    END
$$;
CREATE FUNCTION unionhall_person_in_scope(person bigint) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT 1 FROM people_person AS p WHERE p.id = person AND unionhall_in_scope(p.org_path))
$$;
"""
POLICIES = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON {table} FOR SELECT USING (unionhall_person_in_scope(person_id));
CREATE POLICY changed ON {table} FOR UPDATE USING (unionhall_person_in_scope(person_id));
CREATE POLICY removed ON {table} FOR DELETE USING (unionhall_person_in_scope(person_id));
CREATE POLICY added ON {table} FOR INSERT WITH CHECK (true);
"""
NO_POLICIES = """
DROP POLICY seen ON {table};
DROP POLICY changed ON {table};
DROP POLICY removed ON {table};
DROP POLICY added ON {table};
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
NO_FENCE = "DROP FUNCTION unionhall_person_in_scope(bigint); DROP FUNCTION unionhall_in_scope(text);"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(FENCE, NO_FENCE),
        *(
            migrations.RunSQL(POLICIES.format(table=table), NO_POLICIES.format(table=table))
            for table in ("people_datakey", "people_sealed")
        ),
    ]
