"""The database engine that the settings name: Django's own for PostgreSQL, with a cheaper question to a connection at rest."""
