"""The reason of a delegation may be let go, when its lender is erased; nothing else of it changes with that."""

from django.db import migrations

FORGET = """
CREATE OR REPLACE FUNCTION access_delegation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a delegation is never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_stays';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.reason = '—' THEN
            OLD.reason := NEW.reason;
            IF NEW IS NOT DISTINCT FROM OLD THEN
                RETURN NEW;
            END IF;
        END IF;
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
"""
KEEP = """
CREATE OR REPLACE FUNCTION access_delegation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0009_selves_one_by_one")]
    operations = [migrations.RunSQL(FORGET, KEEP)]
