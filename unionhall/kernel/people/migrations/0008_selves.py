"""Every file of the human behind a file: what two parts that two humans must take are compared by, in words of the database."""

from django.db import migrations

SELVES = """
CREATE FUNCTION people_selves(files bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE one(id) AS (
        SELECT unnest(files)
        UNION
        SELECT e.id FROM one CROSS JOIN LATERAL (
            SELECT p.merged_into_id AS id FROM people_person p WHERE p.id = one.id AND p.merged_into_id IS NOT NULL
            UNION ALL
            SELECT p.id FROM people_person p WHERE p.merged_into_id = one.id) AS e
    )
    SELECT one.id FROM one
    UNION
    SELECT o.id FROM one JOIN people_person p ON p.id = one.id JOIN people_person o ON o.id_blind = p.id_blind
    UNION
    SELECT o.id FROM one JOIN people_person p ON p.id = one.id JOIN people_person o ON o.phone_blind = p.phone_blind
     WHERE (o.name = p.name OR o.id_blind IS NULL OR p.id_blind IS NULL) AND NOT people_told_apart(o.id, p.id)
$$;
"""
TOLD_APART = """
CREATE FUNCTION people_told_apart(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM people_pair t
                    WHERE t.first_id = least(one, other) AND t.second_id = greatest(one, other) AND t.verdict = 'different')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0007_fewer_indexes")]
    operations = [
        migrations.RunSQL(TOLD_APART, "DROP FUNCTION people_told_apart(bigint, bigint)"),
        migrations.RunSQL(SELVES, "DROP FUNCTION people_selves(bigint[])"),
    ]
