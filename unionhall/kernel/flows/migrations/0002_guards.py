"""While units handle a record, exactly one of them is responsible: checked when the transaction commits."""

from django.db import migrations

GUARD = """
CREATE FUNCTION flows_one_responsible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind text := coalesce(NEW.record_kind, OLD.record_kind);
    id bigint := coalesce(NEW.record_id, OLD.record_id);
    units integer;
    leads integer;
BEGIN
    SELECT count(*), count(*) FILTER (WHERE lead) INTO units, leads
      FROM flows_handling WHERE record_kind = kind AND record_id = id AND until IS NULL;
    IF units > 0 AND leads <> 1 THEN
        RAISE EXCEPTION 'record %:% has % units and % responsible', kind, id, units, leads
            USING ERRCODE = 'check_violation', CONSTRAINT = 'flows_handling_exactly_one_lead';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER flows_handling_exactly_one_lead
    AFTER INSERT OR UPDATE OR DELETE ON flows_handling DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION flows_one_responsible();
"""
UNGUARD = """
DROP TRIGGER flows_handling_exactly_one_lead ON flows_handling;
DROP FUNCTION flows_one_responsible();
"""


class Migration(migrations.Migration):
    dependencies = [("flows", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
