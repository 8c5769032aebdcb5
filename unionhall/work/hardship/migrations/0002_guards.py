"""What no code may do: approve one's own visit, put a file on record outside the procedure, change a result of the means test."""

from django.db import migrations

GUARD = """
CREATE FUNCTION hardship_second_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.approved_by_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM hardship_visit v WHERE v.household_id = NEW.id AND v.by_id = NEW.approved_by_id
    ) THEN
        RAISE EXCEPTION 'person % has visited household % and cannot approve it', NEW.approved_by_id, NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'household_second_person';
    END IF;
    IF NEW.state = 'on_file' AND OLD.state NOT IN ('approving', 'on_file') THEN
        RAISE EXCEPTION 'household % is % and cannot be put on file', NEW.id, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'household_on_file_when_approved';
    END IF;
    IF NEW.state = 'on_file' AND OLD.state <> 'on_file' AND NEW.kind IN ('', 'none') THEN
        RAISE EXCEPTION 'household % is not eligible', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'household_eligible_when_approved';
    END IF;
    IF NEW.state = 'on_file' AND OLD.state <> 'on_file' AND EXISTS (
        SELECT 1 FROM hardship_objection o WHERE o.household_id = NEW.id AND o.upheld IS NULL
    ) THEN
        RAISE EXCEPTION 'an objection to household % is open', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'household_objection_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER household_second_person BEFORE UPDATE OF approved_by_id, state ON hardship_household
    FOR EACH ROW EXECUTE FUNCTION hardship_second_person();

CREATE FUNCTION hardship_assessment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a result of the means test is never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'assessment_stays';
END $$;
CREATE TRIGGER assessment_stays BEFORE UPDATE ON hardship_assessment
    FOR EACH ROW EXECUTE FUNCTION hardship_assessment_stays();
"""
BACK = """
DROP TRIGGER assessment_stays ON hardship_assessment;
DROP FUNCTION hardship_assessment_stays();
DROP TRIGGER household_second_person ON hardship_household;
DROP FUNCTION hardship_second_person();
"""


class Migration(migrations.Migration):
    dependencies = [("hardship", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, BACK)]
