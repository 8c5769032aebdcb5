"""Who approves a file is apart from all who took it up or visited the home: a deputy counts as both persons."""

from django.db import migrations

APART = """
CREATE FUNCTION hardship_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT NEW.created_by_id AS hand
                       UNION SELECT v.by_id FROM hardship_visit v WHERE v.household_id = NEW.id
                       UNION SELECT s.by_id FROM flows_step s
                              WHERE s.record_kind = 'hardship.household' AND s.record_id = NEW.id AND s.move IN ('start', 'apply')) h
         WHERE NOT flows_apart('hardship.household', NEW.id, h.hand, NEW.approved_by_id, NEW.verified_on)
    ) THEN
        RAISE EXCEPTION 'household %: who took it up does not approve it, deputies counted as both', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'household_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER household_apart BEFORE UPDATE OF approved_by_id ON hardship_household
    FOR EACH ROW WHEN (NEW.approved_by_id IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id)
    EXECUTE FUNCTION hardship_apart();
"""


class Migration(migrations.Migration):
    dependencies = [("hardship", "0004_screen"), ("flows", "0007_apart")]
    operations = [migrations.RunSQL(APART, "DROP TRIGGER household_apart ON hardship_household; DROP FUNCTION hardship_apart();")]
