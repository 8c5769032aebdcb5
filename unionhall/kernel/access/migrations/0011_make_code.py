"""A code for a phone is made in one trip: who asks at the same moment waits, the limits are looked at, the code is noted.

Each statement inside has its own look at the table, so whoever waited sees what was made meanwhile: only the procedural language
does that. When a code may be made says `rules.code_may_be_sent`; the function answers whether it made one.
"""

from django.db import migrations

MAKE_CODE = """
CREATE FUNCTION access_make_code(
    phone text, device text, address text, code text, now timestamptz, until timestamptz,
    gap timestamptz, hour timestamptz, day timestamptz, known timestamptz, per_phone bigint, per_device bigint, per_address bigint
) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(key, 0))
       FROM (SELECT key FROM unnest(ARRAY[phone, device, address]) AS one(key) ORDER BY key COLLATE "C" OFFSET 0) AS sorted;
    IF (SELECT count(*) >= per_phone OR count(*) FILTER (WHERE at > gap) > 0 FROM access_phonecode
         WHERE phone_key = phone AND at > day
           AND (device_key = device OR NOT EXISTS (
               SELECT FROM access_phonecode WHERE phone_key = phone AND device_key = device AND used_at > known)))
       OR (SELECT count(*) >= per_device FROM access_phonecode WHERE device_key = device AND at > hour)
       OR (SELECT count(*) >= per_address FROM access_phonecode WHERE address_key = address AND at > hour) THEN
        RETURN FALSE;
    END IF;
    UPDATE access_phonecode SET ends = now WHERE phone_key = phone AND device_key = device AND used_at IS NULL AND ends > now;
    INSERT INTO access_phonecode (phone_key, device_key, address_key, code_key, at, ends, tries)
    VALUES (phone, device, address, code, now, until, 0);
    RETURN TRUE;
END $$;
"""
DROP = """
DROP FUNCTION access_make_code(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, bigint, bigint, bigint)
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0010_forget_reasons")]
    operations = [migrations.RunSQL(MAKE_CODE, DROP)]
