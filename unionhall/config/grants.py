"""The rights of the application's database role: everything it needs, and no way to rewrite the books."""

from django.db import connection

ROLE = "unionhall_app"
APPEND_ONLY = (
    *("audit_row", "ledger_entry", "ledger_report"),
    *("ledger_dimensionset", "ledger_factnumber", "ledger_sourcekind"),  # what the entries mean must not change under them
)


def apply() -> None:
    """Create the role where it is missing and grant it its rights; run by the owner after every migration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
        cursor.execute(f"GRANT {ROLE} TO CURRENT_USER")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {ROLE}")
        for table in sorted(set(APPEND_ONLY) & set(connection.introspection.table_names(cursor))):
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {ROLE}")
