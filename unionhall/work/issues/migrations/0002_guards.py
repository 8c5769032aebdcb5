"""What no code may do: check one's own work, write off unchecked work, change an issued notice or a decided proposal."""

from django.db import migrations

GUARD = """
CREATE FUNCTION issues_second_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.checked_by_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM issues_progress p WHERE p.issue_id = NEW.id AND p.by_id = NEW.checked_by_id
    ) THEN
        RAISE EXCEPTION 'person % has worked on issue % and cannot check it', NEW.checked_by_id, NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'issue_second_person';
    END IF;
    IF NEW.state = 'written_off' AND OLD.state NOT IN ('checked', 'written_off') THEN
        RAISE EXCEPTION 'issue % is % and cannot be written off', NEW.id, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'issue_written_off_only_when_checked';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER issue_second_person BEFORE UPDATE OF checked_by_id, state ON issues_issue
    FOR EACH ROW EXECUTE FUNCTION issues_second_person();

CREATE FUNCTION issues_born_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'found' THEN
        RAISE EXCEPTION 'an issue begins as found, not as %', NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'issue_born_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER issue_born_open BEFORE INSERT ON issues_issue FOR EACH ROW EXECUTE FUNCTION issues_born_open();

CREATE FUNCTION issues_notice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.issued_on IS NOT NULL AND (TG_OP = 'DELETE' OR (NEW.number, NEW.year, NEW.quarter, NEW.issued_on, NEW.issued_by_id)
        IS DISTINCT FROM (OLD.number, OLD.year, OLD.quarter, OLD.issued_on, OLD.issued_by_id)) THEN
        RAISE EXCEPTION 'notice % has been issued', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER notice_stays BEFORE UPDATE OR DELETE ON issues_notice
    FOR EACH ROW EXECUTE FUNCTION issues_notice_stays();

CREATE FUNCTION issues_notice_items_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM issues_notice n WHERE n.issued_on IS NOT NULL
               AND n.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.notice_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.notice_id END)) THEN
        RAISE EXCEPTION 'the notice has been issued' USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER notice_items_stay BEFORE INSERT OR UPDATE OR DELETE ON issues_noticeitem
    FOR EACH ROW EXECUTE FUNCTION issues_notice_items_stay();

CREATE FUNCTION issues_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decision <> '' AND (NEW.decision, NEW.reason, NEW.severity, NEW.decided_by_id) IS DISTINCT FROM
       (OLD.decision, OLD.reason, OLD.severity, OLD.decided_by_id) THEN
        RAISE EXCEPTION 'proposal % has been decided', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_stays BEFORE UPDATE ON issues_proposal FOR EACH ROW EXECUTE FUNCTION issues_decision_stays();
"""
UNGUARD = """
DROP TRIGGER decision_stays ON issues_proposal;
DROP FUNCTION issues_decision_stays();
DROP TRIGGER notice_items_stay ON issues_noticeitem;
DROP FUNCTION issues_notice_items_stay();
DROP TRIGGER notice_stays ON issues_notice;
DROP FUNCTION issues_notice_stays();
DROP TRIGGER issue_born_open ON issues_issue;
DROP FUNCTION issues_born_open();
DROP TRIGGER issue_second_person ON issues_issue;
DROP FUNCTION issues_second_person();
"""


class Migration(migrations.Migration):
    dependencies = [("issues", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
