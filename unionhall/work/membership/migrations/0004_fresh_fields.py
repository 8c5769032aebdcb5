"""When each compared field of a member was last confirmed stands on the membership, so that an index finds what is old.

The database copies it whenever a confirmation is written, replaced or deleted, a membership begins, comes alive again or goes
to another person. Whoever confirms locks the membership first, as every act on it does, so the two never wait for each other.
Besides, indexes that no question reads or that say what another one says go.
"""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

LATEST = """
SELECT {person}, max("on") FILTER (WHERE field = 'name') AS name_on, max("on") FILTER (WHERE field = 'id_number') AS id_number_on,
       max("on") FILTER (WHERE field = 'phone') AS phone_on, max("on") FILTER (WHERE field = 'employer') AS employer_on
"""
COPIED = """
UPDATE membership_membership AS m
   SET name_on = f.name_on, id_number_on = f.id_number_on, phone_on = f.phone_on, employer_on = f.employer_on
  FROM ({found}) AS f
 WHERE m.person_id = f.person_id AND m.until IS NULL
   AND (m.name_on, m.id_number_on, m.phone_on, m.employer_on)
       IS DISTINCT FROM (f.name_on, f.id_number_on, f.phone_on, f.employer_on)
"""
KNOWN = COPIED.format(found=LATEST.format(person="person_id") + "FROM people_confirmation GROUP BY person_id")
BEGUN = COPIED.format(
    found=LATEST.format(person="person_id")
    + "FROM people_confirmation WHERE person_id IN (SELECT t.person_id FROM touched AS t) GROUP BY person_id"
)
CONFIRMED = COPIED.format(
    found=LATEST.format(person="t.person_id")
    + "FROM (SELECT DISTINCT person_id FROM touched) AS t LEFT JOIN people_confirmation AS c USING (person_id) GROUP BY t.person_id"
)
COPY = f"""
CREATE FUNCTION membership_lock_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM FROM membership_membership WHERE person_id = NEW.person_id AND until IS NULL FOR NO KEY UPDATE;
    RETURN NEW;
END $$;
CREATE FUNCTION membership_copy_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM touched) THEN {CONFIRMED}; END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION membership_copy_begun() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {BEGUN}; RETURN NULL; END $$;
CREATE FUNCTION membership_copy_again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    SELECT f.name_on, f.id_number_on, f.phone_on, f.employer_on INTO NEW.name_on, NEW.id_number_on, NEW.phone_on, NEW.employer_on
      FROM ({LATEST.format(person="NEW.person_id")} FROM people_confirmation WHERE person_id = NEW.person_id) AS f;
    RETURN NEW;
END $$;
CREATE TRIGGER membership_confirmed_lock BEFORE INSERT OR UPDATE ON people_confirmation
   FOR EACH ROW EXECUTE FUNCTION membership_lock_confirmed();
CREATE TRIGGER membership_confirmed_insert AFTER INSERT ON people_confirmation REFERENCING NEW TABLE AS touched
   FOR EACH STATEMENT EXECUTE FUNCTION membership_copy_confirmed();
CREATE TRIGGER membership_confirmed_update AFTER UPDATE ON people_confirmation REFERENCING NEW TABLE AS touched
   FOR EACH STATEMENT EXECUTE FUNCTION membership_copy_confirmed();
CREATE TRIGGER membership_confirmed_delete AFTER DELETE ON people_confirmation REFERENCING OLD TABLE AS touched
   FOR EACH STATEMENT EXECUTE FUNCTION membership_copy_confirmed();
CREATE TRIGGER membership_begun AFTER INSERT ON membership_membership REFERENCING NEW TABLE AS touched
   FOR EACH STATEMENT EXECUTE FUNCTION membership_copy_begun();
CREATE TRIGGER membership_again BEFORE UPDATE OF person_id, until ON membership_membership FOR EACH ROW
  WHEN (NEW.until IS NULL AND (OLD.until IS NOT NULL OR OLD.person_id <> NEW.person_id)) EXECUTE FUNCTION membership_copy_again();
"""
NO_COPY = """
DROP TRIGGER membership_again ON membership_membership;
DROP TRIGGER membership_begun ON membership_membership;
DROP TRIGGER membership_confirmed_delete ON people_confirmation;
DROP TRIGGER membership_confirmed_update ON people_confirmation;
DROP TRIGGER membership_confirmed_insert ON people_confirmation;
DROP TRIGGER membership_confirmed_lock ON people_confirmation;
DROP FUNCTION membership_copy_again(), membership_copy_begun(), membership_copy_confirmed(), membership_lock_confirmed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('membership', '0003_rare_members'),
        ('organizations', '0001_initial'),
        ('people', '0007_fewer_indexes'),
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='membership',
            name='member_scope',
        ),
        migrations.AddField(
            model_name='membership',
            name='employer_on',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='id_number_on',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='name_on',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='phone_on',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='change',
            name='by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AlterField(
            model_name='change',
            name='membership',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='membership.membership'),
        ),
        migrations.AlterField(
            model_name='membership',
            name='edition',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.edition'),
        ),
        migrations.AlterField(
            model_name='membership',
            name='number',
            field=models.CharField(db_collation='C', max_length=40),
        ),
        migrations.AlterField(
            model_name='membership',
            name='previous',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='membership.membership'),
        ),
        migrations.AlterField(
            model_name='membership',
            name='programme',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.programme'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['org_path', 'until'], name='member_counted'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(django.db.models.functions.comparison.Greatest('since', 'name_on'), models.F('org_path'), models.F('id'), condition=models.Q(('until', None)), name='member_fresh_name'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(django.db.models.functions.comparison.Greatest('since', 'id_number_on'), models.F('org_path'), models.F('id'), condition=models.Q(('until', None)), name='member_fresh_id_number'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(django.db.models.functions.comparison.Greatest('since', 'phone_on'), models.F('org_path'), models.F('id'), condition=models.Q(('until', None)), name='member_fresh_phone'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(django.db.models.functions.comparison.Greatest('since', 'employer_on'), models.F('org_path'), models.F('id'), condition=models.Q(('until', None)), name='member_fresh_employer'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(condition=models.Q(('previous__isnull', False)), fields=['previous'], name='member_previous'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(condition=models.Q(('programme__isnull', False)), fields=['programme'], name='member_programme'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(condition=models.Q(('edition__isnull', False)), fields=['edition'], name='member_edition'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('number',), name='member_number'),
        ),
        migrations.RunSQL(COPY, NO_COPY),
    ]
