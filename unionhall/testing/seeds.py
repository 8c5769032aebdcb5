"""What migrations put into tables (the calendar, default rules, roles), kept so that it survives an emptied database.

A transactional test ends with every table emptied. The rows that the migrations wrote lie copied in the schema `seeds` of
the test database, and the emptying puts them back.
"""

from django.db import connection

SCHEMA = "seeds"
LEFT_ALONE = frozenset({"django_migrations", "django_content_type", "auth_permission"})  # Django fills these itself


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


def _kept() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [SCHEMA])
        return {str(name) for (name,) in cursor.fetchall()}


def returning() -> list[str]:
    """The statements that put the kept rows back into emptied tables."""
    return [_filling(name) for name in sorted(_kept())]


def emptying(tables: list[str]) -> list[str]:
    """The statements that bring every table that is not as it was back to the kept rows, or to none."""
    kept = _kept()
    checks = [_differing(name, name in kept) for name in sorted(tables)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(checks))
        touched = [str(name) for (name,) in cursor.fetchall()]
    emptied = [f"DELETE FROM {connection.ops.quote_name(name)}" for name in touched]
    return [*emptied, *(_filling(name) for name in touched if name in kept)]


def _filling(table: str) -> str:
    name = connection.ops.quote_name(table)
    return f"INSERT INTO {name} SELECT * FROM {SCHEMA}.{name}"


def _differing(table: str, kept: bool) -> str:
    """A query whose one row is the table's name where its rows are not the kept ones."""
    name = connection.ops.quote_name(table)
    if not kept:
        return f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})"
    print_ = "SELECT ROW(count(*), sum(hashtextextended(t::text, 0)::numeric))"
    return f"SELECT '{table}' WHERE ({print_} FROM {name} AS t) IS DISTINCT FROM ({print_} FROM {SCHEMA}.{name} AS t)"
