"""Tables of one migration made together.

Django works its picture of all models out anew after every table, with every model that hangs together with it; in a
house where everything belongs to a person and a unit, that is nearly every model, and nine tenths of the time of a first
set-up. Tables that are made one after the other need the picture once.
"""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class Together(Operation):
    """`CreateModel` operations in a row, with the same outcome as one by one: same state, same tables, same order."""

    reversible = True

    def __init__(self, tables: Sequence[CreateModel]) -> None:
        self.tables = list(tables)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Take all tables up; the picture of the models is drawn when somebody next asks for it."""
        state.__dict__.pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the tables in their order; foreign keys wait for the end of the migration, as they always do."""
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Take the tables away, last first."""
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What `migrate` and `sqlmigrate` say of it."""
        return ", ".join(table.describe() for table in self.tables)
