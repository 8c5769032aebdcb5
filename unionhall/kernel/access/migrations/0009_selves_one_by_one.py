"""The namesakes among a human's files are looked up one by one, as `people_selves` looks up the rest; access_apart by keys too."""

from importlib import import_module

from django.db import migrations

EARLIER = import_module("unionhall.kernel.access.migrations.0008_planned_apart")
BEFORE = EARLIER.planned(EARLIER.SELVES, "RETURN QUERY")
AFTER = """
CREATE OR REPLACE FUNCTION access_selves(files bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$ BEGIN RETURN QUERY
    SELECT people_selves(files)
    UNION
    SELECT o.id FROM unnest(files) AS m(id)
     CROSS JOIN LATERAL (SELECT f.* FROM people_person f WHERE f.id = m.id OFFSET 0) AS p
     CROSS JOIN LATERAL (SELECT f.* FROM people_person f WHERE f.name_pinyin = p.name_pinyin OFFSET 0) AS o
     WHERE o.name = p.name AND p.kind = 'person' AND p.name <> '' AND o.kind = 'person'
       AND (o.id_blind IS NULL OR p.id_blind IS NULL)
       AND (o.birth IS NULL OR p.birth IS NULL OR o.birth = p.birth)
       AND EXISTS (SELECT 1 FROM access_account a WHERE a.person_id = o.id OFFSET 0)
       AND NOT people_told_apart(o.id, p.id);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0008_planned_apart"), ("people", "0010_selves_one_by_one")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
