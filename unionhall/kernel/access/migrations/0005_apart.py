"""Whether two hands are apart, said by the database as `rules.lending.meeting` says it."""

from django.db import migrations

APART = """
CREATE FUNCTION access_apart(mine bigint[], theirs bigint[], day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT 1 FROM unnest(mine) AS n CROSS JOIN unnest(theirs) AS t
         WHERE n = t OR EXISTS (
            SELECT 1 FROM access_delegation d
             WHERE (d.lender_id, d.deputy_id) IN ((n, t), (t, n)) AND d.taken_back_at IS NULL AND d.since <= day AND d.until > day
               AND EXISTS (SELECT 1 FROM access_lent l JOIN access_grant g ON g.id = l.grant_id JOIN access_role r ON r.id = g.role_id
                            WHERE l.delegation_id = d.id AND r.retired_at IS NULL AND g.since <= day
                              AND (g.until IS NULL OR g.until > day))))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0004_delegation_guards")]
    operations = [migrations.RunSQL(APART, "DROP FUNCTION access_apart(bigint[], bigint[], date)")]
