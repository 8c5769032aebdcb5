"""Who checks an issue is apart from all who worked on it: a deputy counts as both persons."""

from django.db import migrations

APART = """
CREATE FUNCTION issues_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT p.by_id AS hand FROM issues_progress p WHERE p.issue_id = NEW.id
                       UNION SELECT NEW.accepted_by_id UNION SELECT NEW.submitted_by_id) h
         WHERE h.hand IS NOT NULL AND NOT flows_apart('issues.issue', NEW.id, h.hand, NEW.checked_by_id, NEW.checked_on)
    ) THEN
        RAISE EXCEPTION 'issue %: who worked on it does not check it, deputies counted as both', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'issue_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER issue_apart BEFORE UPDATE OF checked_by_id ON issues_issue
    FOR EACH ROW WHEN (NEW.checked_by_id IS NOT NULL AND NEW.checked_by_id IS DISTINCT FROM OLD.checked_by_id)
    EXECUTE FUNCTION issues_apart();
"""


class Migration(migrations.Migration):
    dependencies = [("issues", "0003_list_indexes"), ("flows", "0007_apart")]
    operations = [migrations.RunSQL(APART, "DROP TRIGGER issue_apart ON issues_issue; DROP FUNCTION issues_apart();")]
