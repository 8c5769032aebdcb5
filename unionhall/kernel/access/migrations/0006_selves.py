"""Hands are apart as humans, not as files: another file of the same human is no other hand."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("unionhall.kernel.access.migrations.0005_apart").APART.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
AFTER = BEFORE.replace("WHERE n = t OR EXISTS (", "WHERE n = t OR t IN (SELECT access_selves(mine)) OR EXISTS (")
SELVES = """
CREATE FUNCTION access_selves(files bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    SELECT people_selves(files)
    UNION
    SELECT o.id FROM people_person p JOIN people_person o ON o.name_pinyin = p.name_pinyin AND o.name = p.name
     WHERE p.id = ANY(files) AND p.kind = 'person' AND p.name <> '' AND o.kind = 'person'
       AND (o.id_blind IS NULL OR p.id_blind IS NULL)
       AND (o.birth IS NULL OR p.birth IS NULL OR o.birth = p.birth)
       AND EXISTS (SELECT 1 FROM access_account a WHERE a.person_id = o.id)
       AND NOT people_told_apart(o.id, p.id)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0005_apart"), ("people", "0008_selves")]
    operations = [
        migrations.RunSQL(SELVES, "DROP FUNCTION access_selves(bigint[])"),
        migrations.RunSQL(AFTER, BEFORE),
    ]
