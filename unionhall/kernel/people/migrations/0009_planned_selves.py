"""The files of a human are asked for with every approval: planned once a connection, and by keys.

What a recursion returns the planner takes for some hundred rows, for which it read the whole table.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("unionhall.kernel.people.migrations.0008_selves").SELVES.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
AFTER = """
CREATE OR REPLACE FUNCTION people_selves(files bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    merged bigint[] := ARRAY(
        WITH RECURSIVE one(id) AS (
            SELECT unnest(files)
            UNION
            SELECT e.id FROM one CROSS JOIN LATERAL (
                SELECT p.merged_into_id AS id FROM people_person p WHERE p.id = one.id AND p.merged_into_id IS NOT NULL
                UNION ALL
                SELECT p.id FROM people_person p WHERE p.merged_into_id = one.id) AS e)
        SELECT one.id FROM one);
BEGIN
    RETURN QUERY
    SELECT unnest(merged)
    UNION
    SELECT o.id FROM people_person p JOIN people_person o ON o.id_blind = p.id_blind WHERE p.id = ANY(merged)
    UNION
    SELECT o.id FROM people_person p JOIN people_person o ON o.phone_blind = p.phone_blind
     WHERE p.id = ANY(merged) AND (o.name = p.name OR o.id_blind IS NULL OR p.id_blind IS NULL)
       AND NOT people_told_apart(o.id, p.id);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0008_selves")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
