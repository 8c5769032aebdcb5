"""A delegation lends the lender's own work and nothing else, makes no loop, and is ended but never changed; who is apart of whom."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION access_delegation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a delegation is never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_stays';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.lender_id, NEW.deputy_id, NEW.since, NEW.until, NEW.reason, NEW.created_at)
            IS DISTINCT FROM (OLD.lender_id, OLD.deputy_id, OLD.since, OLD.until, OLD.reason, OLD.created_at)
            OR OLD.taken_back_at IS NOT NULL THEN
            RAISE EXCEPTION 'a delegation is taken back once and not changed otherwise'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_stays';
        END IF;
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM access_delegation d
                WHERE d.lender_id = NEW.deputy_id AND d.deputy_id = NEW.lender_id AND d.taken_back_at IS NULL
                  AND d.since < NEW.until AND d.until > NEW.since) THEN
        RAISE EXCEPTION 'two persons do not stand in for each other'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_no_loop';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER access_delegation_guard BEFORE INSERT OR UPDATE OR DELETE ON access_delegation
    FOR EACH ROW EXECUTE FUNCTION access_delegation_guard();

CREATE FUNCTION access_lent_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'what a delegation lends stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'lent_stays';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM access_delegation d JOIN access_grant g ON g.person_id = d.lender_id
                     JOIN access_role r ON r.id = g.role_id
                    WHERE d.id = NEW.delegation_id AND g.id = NEW.grant_id AND r.duty = 'work' AND r.code <> 'worker') THEN
        RAISE EXCEPTION 'only an own role of ordinary work is lent' USING ERRCODE = 'check_violation', CONSTRAINT = 'lent_own_work';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER access_lent_guard BEFORE INSERT OR UPDATE OR DELETE ON access_lent
    FOR EACH ROW EXECUTE FUNCTION access_lent_guard();
"""
GUARDS_GONE = """
DROP TRIGGER access_lent_guard ON access_lent;
DROP FUNCTION access_lent_guard();
DROP TRIGGER access_delegation_guard ON access_delegation;
DROP FUNCTION access_delegation_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0003_delegations")]
    operations = [migrations.RunSQL(GUARDS, GUARDS_GONE)]
