"""Indexes that say what the first columns of another one say go; units' standings alone are indexed by unit."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0001_initial'),
        ('people', '0006_consents'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='standing',
            name='people_standing_unit',
        ),
        migrations.AlterField(
            model_name='contact',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='people.person'),
        ),
        migrations.AlterField(
            model_name='sealed',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AlterField(
            model_name='standing',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='people.person'),
        ),
        migrations.AlterField(
            model_name='standing',
            name='unit',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='organizations.organization'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(condition=models.Q(('unit__isnull', False)), fields=['unit', 'kind'], name='people_standing_unit'),
        ),
    ]
