from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0010_screen")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="entrants",
            field=models.PositiveIntegerField(null=True, verbose_name="How many took part"),
        ),
    ]
