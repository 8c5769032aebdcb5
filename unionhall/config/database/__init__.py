"""The database engine that the settings name: Django's own for PostgreSQL, which need not ask a connection that was just in use."""
