"""The guard's own words no longer clash with those of the table."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION flows_one_responsible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about flows_handling := coalesce(NEW, OLD);
    units integer;
    leads integer;
BEGIN
    SELECT count(*), count(*) FILTER (WHERE h.lead) INTO units, leads
      FROM flows_handling h
     WHERE h.record_kind = about.record_kind AND h.record_id = about.record_id AND h.until IS NULL;
    IF units > 0 AND leads <> 1 THEN
        RAISE EXCEPTION 'record %:% has % units and % responsible', about.record_kind, about.record_id, units, leads
            USING ERRCODE = 'check_violation', CONSTRAINT = 'flows_handling_exactly_one_lead';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("flows", "0002_guards")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
