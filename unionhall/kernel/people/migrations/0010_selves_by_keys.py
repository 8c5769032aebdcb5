"""The files of a human are looked up by keys, whatever the size of the registry when the connection planned it.

The plan of a connection stands until the database gathers statistics anew. One made while hardly anybody was registered read the
whole table at each call, and did so to the end of the transaction that registered twenty thousand.
"""

from django.db import migrations

WAYS = ("seqscan", "hashjoin", "mergejoin", "material")  # all of them read more than what is asked for


class Migration(migrations.Migration):
    dependencies = [("people", "0009_planned_selves")]
    operations = [
        migrations.RunSQL(
            f"ALTER FUNCTION people_selves(bigint[]) SET enable_{way} = off",
            f"ALTER FUNCTION people_selves(bigint[]) RESET enable_{way}",
        )
        for way in WAYS
    ]
