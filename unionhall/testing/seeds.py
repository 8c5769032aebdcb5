"""What migrations put into tables (the calendar, default rules, roles), kept so that it survives an emptied database.

A transactional test ends with every table emptied. The rows that the migrations wrote lie copied in the schema `seeds` of
the test database, and the emptying puts them back.
"""

from django.db import connection

SCHEMA = "seeds"
LEFT_ALONE = frozenset(
    {"django_migrations", "django_session", "django_content_type", "auth_permission"}
)  # Django fills these itself


def keep() -> None:
    """Copy every table that has rows, once, right after the test database was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [SCHEMA])
        if cursor.fetchone():
            return
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in sorted(set(connection.introspection.table_names(cursor)) - LEFT_ALONE):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {name})")
            if cursor.fetchone() == (True,):
                cursor.execute(f"CREATE TABLE {SCHEMA}.{name} AS TABLE {name}")


def returning() -> list[str]:
    """The statements that put the kept rows back into emptied tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", [SCHEMA])
        names = [connection.ops.quote_name(table) for (table,) in cursor.fetchall()]
    return [f"INSERT INTO {name} SELECT * FROM {SCHEMA}.{name}" for name in names]
