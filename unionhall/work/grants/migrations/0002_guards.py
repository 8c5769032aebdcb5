"""What a payment says never changes; it is made in a draft only, and paid or rejected only in a batch that went to the bank."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION grants_payment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    batch_state text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a payment is never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_payment_stays';
    END IF;
    SELECT state INTO batch_state FROM grants_batch WHERE id = NEW.batch_id;
    IF TG_OP = 'INSERT' THEN
        IF batch_state <> 'draft' OR NEW.state <> 'pending' THEN
            RAISE EXCEPTION 'payments are added to a draft' USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_payment_draft';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.batch_id, NEW.number, NEW.application_id, NEW.payee_id, NEW.name, NEW.account, NEW.amount)
        IS DISTINCT FROM (OLD.batch_id, OLD.number, OLD.application_id, OLD.payee_id, OLD.name, OLD.account, OLD.amount) THEN
        RAISE EXCEPTION 'what a payment says never changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_payment_content';
    END IF;
    IF NEW.state <> OLD.state AND (
        OLD.state <> 'pending'
        OR (NEW.state IN ('paid', 'rejected') AND batch_state <> 'exported')
        OR (NEW.state = 'dropped' AND batch_state <> 'draft')
    ) THEN
        RAISE EXCEPTION 'payment % cannot become %', NEW.id, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_payment_way';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grants_payment_guard BEFORE INSERT OR UPDATE OR DELETE ON grants_payment
    FOR EACH ROW EXECUTE FUNCTION grants_payment_guard();
"""
GONE = """
DROP TRIGGER grants_payment_guard ON grants_payment;
DROP FUNCTION grants_payment_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, GONE)]
