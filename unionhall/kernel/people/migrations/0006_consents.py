"""What people agreed to, in which words, and when each field about them was last confirmed."""

import django.db.models.deletion
from django.db import migrations, models

FIXED = """
CREATE FUNCTION people_text_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a text that people agreed to stays: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER people_consenttext_fixed BEFORE UPDATE OR DELETE ON people_consenttext
    FOR EACH ROW EXECUTE FUNCTION people_text_fixed();
"""
FREE = "DROP TRIGGER people_consenttext_fixed ON people_consenttext; DROP FUNCTION people_text_fixed();"


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_name_grams'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=60)),
                ('version', models.PositiveSmallIntegerField()),
                ('zh', models.TextField()),
                ('en', models.TextField()),
                ('since', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('purpose', 'version'), name='people_consenttext_once')],
            },
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=40)),
                ('on', models.DateField()),
                ('source', models.CharField(max_length=8)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'field'), include=('on',), name='people_confirmation_field')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField()),
                ('way', models.CharField(max_length=8)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='people.person')),
                ('text', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='people.consenttext')),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'text'], name='people_consent_of')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('person', 'text'), name='people_consent_open')],
            },
        ),
        migrations.RunSQL(FIXED, FREE),
    ]
