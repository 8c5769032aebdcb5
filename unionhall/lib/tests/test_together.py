"""Tables made together are the tables made one by one, and the picture of the models is drawn once for all."""

import pytest
from django.db import connection, models
from django.db.migrations import CreateModel, Migration
from django.db.migrations.state import ProjectState, StateApps

from unionhall.lib.together import Together


def tables():
    key = ("id", models.BigAutoField(primary_key=True))
    shelf = CreateModel("Shelf", [key, ("name", models.CharField(max_length=20, unique=True))])
    book = CreateModel("Book", [key, ("shelf", models.ForeignKey("try.Shelf", models.CASCADE))], {"db_table": "try_book"})
    page = CreateModel("Page", [key, ("book", models.ForeignKey("try.Book", models.CASCADE)), ("number", models.IntegerField())])
    return [shelf, book, page]


def migration(operations):
    made = Migration("0001_initial", "try")
    made.operations = operations
    return made


def columns():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c"
            " WHERE c.table_name LIKE 'try\\_%' ORDER BY c.table_name, c.ordinal_position"
        )
        found = cursor.fetchall()
        cursor.execute("SELECT conname, contype FROM pg_constraint WHERE conrelid::regclass::text LIKE 'try\\_%' ORDER BY 1")
        return found, cursor.fetchall()


def applied(operations):
    one = migration(operations)
    with connection.schema_editor(atomic=False) as editor:
        state = one.apply(ProjectState(), editor)
    made = columns()
    with connection.schema_editor(atomic=False) as editor:
        one.unapply(ProjectState(), editor)
    assert columns() == ([], [])
    return made, {name: model.fields.keys() for (_app, name), model in state.models.items()}


@pytest.mark.django_db
def test_the_outcome_is_the_same_and_goes_back_the_same_way():
    together, alone = applied([Together(tables())]), applied(tables())
    assert together == alone
    assert [row[:2] for row in together[0][0]] == [
        ("try_book", "id"),
        ("try_book", "shelf_id"),
        ("try_page", "id"),
        ("try_page", "book_id"),
        ("try_page", "number"),
        ("try_shelf", "id"),
        ("try_shelf", "name"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("operations", "drawn"), [([Together(tables())], [3]), (tables(), [1, 2, 3])])
def test_the_picture_is_drawn_once_for_all(monkeypatch, operations, drawn):
    """The second case is the control: one by one it is drawn with every table, for all that hang on it."""
    calls = []
    real = StateApps.render_multiple
    monkeypatch.setattr(StateApps, "render_multiple", lambda self, states: calls.append(len(states)) or real(self, states))
    state = ProjectState()
    state.apps  # noqa: B018 (drawn before the first migration, as the executor does)
    calls.clear()
    with connection.schema_editor(atomic=False) as editor:
        migration(operations).apply(state, editor)
    assert [size for size in calls if size] == drawn


def test_what_it_does_is_said_table_by_table():
    assert Together(tables()).describe() == "Create model Shelf, Create model Book, Create model Page"
