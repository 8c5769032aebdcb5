"""What temporary records say of somebody's distress is sealed; of the plain words nothing stays behind."""

from typing import Any

from django.db import migrations, models

from unionhall.work.hardship import access


def seal(apps: Any, schema_editor: Any) -> None:
    """Seal what lies there plain; a house without such records needs no key for it."""
    record = apps.get_model("hardship", "Temporary")
    listed = list(record.objects.all())
    key = access.room_key() if listed else None
    for one in listed:
        one.sealed = access.sealed(f"temporary|{one.pk}", {"words": one.words}, key)
        one.words = ""
    record.objects.bulk_update(listed, ["sealed", "words"], batch_size=1_000)
    schema_editor.connection.check_constraints()  # no table is altered while deferred ones wait


def unseal(apps: Any, schema_editor: Any) -> None:
    """Lay them open again."""
    record = apps.get_model("hardship", "Temporary")
    listed = list(record.objects.all())
    key = access.room_key() if listed else None
    for one in listed:
        one.words = access.opened(f"temporary|{one.pk}", one.sealed, key).get("words", "")
    record.objects.bulk_update(listed, ["words"], batch_size=1_000)
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [("hardship", "0008_temporary")]
    operations = [
        migrations.AddField("temporary", "sealed", models.BinaryField(default=b"", editable=False)),
        migrations.AlterField("temporary", "words", models.CharField("The sudden need", default="", max_length=400)),
        migrations.RunPython(seal, unseal),
        migrations.RemoveField("temporary", "words"),
    ]
