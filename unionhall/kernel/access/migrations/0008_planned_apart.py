"""Whether two hands are apart is asked with every approval: planned once a connection, not once a call."""

from importlib import import_module

from django.db import migrations

EARLIER = import_module("unionhall.kernel.access.migrations.0006_selves")
SELVES = EARLIER.SELVES.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
IN_SQL = "LANGUAGE sql STABLE AS $$\n"


def planned(function: str, answer: str, end: str = "") -> str:
    """The same function in the procedural language, which keeps its plan."""
    return function.replace(IN_SQL, f"LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$ BEGIN {answer}\n").replace("\n$$;", f"{end};\nEND $$;")


class Migration(migrations.Migration):
    dependencies = [("access", "0007_browser_sessions"), ("people", "0009_planned_selves")]
    operations = [
        migrations.RunSQL(planned(SELVES, "RETURN QUERY"), SELVES),
        migrations.RunSQL(planned(EARLIER.AFTER, "RETURN (", ")"), EARLIER.AFTER),
    ]
