"""`lib.statement.insert` writes what `save` writes: the same columns, the same answers of the database, the same refusals."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from unionhall.kernel.people.models import Standing
from unionhall.lib import dates, statement

pytestmark = pytest.mark.django_db


def standing(cast, **more):
    told = {"person": cast.worker, "kind": "member", "organization": cast.factory, "org_path": cast.factory.path}
    return Standing(**told, since=dates.today(), **more)


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in {"id", "kind"}}


def test_a_record_stands_as_if_it_had_been_saved(cast, django_assert_num_queries):
    saved, inserted = standing(cast), standing(cast)
    inserted.kind = "trial"
    saved.save(force_insert=True)
    with django_assert_num_queries(1):
        statement.insert(inserted)
    kept = Standing.objects.get(pk=inserted.pk)
    assert columns(kept) == columns(Standing.objects.get(pk=saved.pk))
    assert (kept.kind, inserted._state.adding, inserted._state.db) == ("trial", False, "default")
    inserted.until = dates.today() + timedelta(days=1)
    inserted.save()
    assert Standing.objects.get(pk=inserted.pk).until == inserted.until


def test_what_the_database_refuses_is_refused(cast):
    statement.insert(standing(cast))
    with pytest.raises(IntegrityError, match="people_standing_person_now"), transaction.atomic():
        statement.insert(standing(cast))
    with pytest.raises(IntegrityError, match="people_standing_dates"), transaction.atomic():
        statement.insert(standing(cast, until=dates.today()))
