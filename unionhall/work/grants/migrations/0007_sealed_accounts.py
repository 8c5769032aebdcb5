"""The numbers of units' accounts are sealed; of the plain ones nothing stays behind."""

from typing import Any

from django.db import migrations, models

from unionhall.kernel.people import access as identity
from unionhall.lib import masking
from unionhall.work.grants import access


def seal(apps: Any, schema_editor: Any) -> None:
    """Seal what lies there plain; a house without accounts needs no keys for it."""
    account = apps.get_model("grants", "UnitAccount")
    listed = list(account.objects.all())
    ring = identity.keys() if listed else None
    for one in listed:
        one.sealed = access.seal_account(one.organization_id, one.number, ring)
        one.masked = masking.account(one.number)
        one.mark = access.mark_of_account(one.organization_id, one.name, one.number, ring)
        one.number = ""
    account.objects.bulk_update(listed, ["sealed", "masked", "mark", "number"], batch_size=1_000)
    schema_editor.connection.check_constraints()  # no table is altered while deferred ones wait


def unseal(apps: Any, schema_editor: Any) -> None:
    """Lay them open again."""
    account = apps.get_model("grants", "UnitAccount")
    listed = list(account.objects.all())
    for one in listed:
        one.number = access.open_account(one)
    account.objects.bulk_update(listed, ["number"], batch_size=1_000)
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [("grants", "0006_parcels")]

    operations = [
        migrations.AddField("unitaccount", "sealed", models.BinaryField(default=b""), preserve_default=False),
        migrations.AddField("unitaccount", "masked", models.CharField("Account number", default="", max_length=34), preserve_default=False),
        migrations.AddField("unitaccount", "mark", models.CharField(default="", max_length=64), preserve_default=False),
        migrations.AlterField("unitaccount", "number", models.CharField("Account number", default="", max_length=34)),
        migrations.RunPython(seal, unseal),
        migrations.RemoveField("unitaccount", "number"),
    ]
