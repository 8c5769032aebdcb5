"""The files of a human are looked up one by one, by keys, whatever the size of the registry when the connection planned it.

The plan of a connection stands until the database gathers statistics anew, and the planner joins two small tables by reading
both: a plan made while hardly anybody was registered read everybody at each call, to the end of the transaction that registered
twenty thousand. Here each file is asked for by its own subquery, which it may not join
(`OFFSET 0`), so all that is left to choose is the index.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("unionhall.kernel.people.migrations.0009_planned_selves").AFTER
AFTER = """
CREATE OR REPLACE FUNCTION people_selves(files bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    merged bigint[] := ARRAY(
        WITH RECURSIVE one(id) AS (
            SELECT unnest(files)
            UNION
            SELECT e.id FROM one CROSS JOIN LATERAL (
                (SELECT p.merged_into_id AS id FROM people_person p WHERE p.id = one.id AND p.merged_into_id IS NOT NULL OFFSET 0)
                UNION ALL
                (SELECT p.id FROM people_person p WHERE p.merged_into_id = one.id OFFSET 0)) AS e)
        SELECT one.id FROM one);
BEGIN
    RETURN QUERY
    SELECT unnest(merged)
    UNION
    SELECT o.id FROM unnest(merged) AS m(id)
     CROSS JOIN LATERAL (SELECT f.id_blind FROM people_person f WHERE f.id = m.id OFFSET 0) AS p
     CROSS JOIN LATERAL (SELECT f.id FROM people_person f WHERE f.id_blind = p.id_blind OFFSET 0) AS o
    UNION
    SELECT o.id FROM unnest(merged) AS m(id)
     CROSS JOIN LATERAL (SELECT f.* FROM people_person f WHERE f.id = m.id OFFSET 0) AS p
     CROSS JOIN LATERAL (SELECT f.* FROM people_person f WHERE f.phone_blind = p.phone_blind OFFSET 0) AS o
     WHERE (o.name = p.name OR o.id_blind IS NULL OR p.id_blind IS NULL) AND NOT people_told_apart(o.id, p.id);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0009_planned_selves")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
