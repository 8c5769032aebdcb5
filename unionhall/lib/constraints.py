"""What a constraint of the database forbids, said to people in words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from unionhall.lib.refusal import Refused


@contextmanager
def said(constraint: str, refusal: Refused | Callable[[], Refused]) -> Iterator[None]:
    """Write in a savepoint of its own; where the constraint of that name forbids it, raise the refusal instead: as it is given, or
    made only then where its words must be looked up.

    What any other constraint forbids is no refusal but a fault of ours, and goes on as the error that it is.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if broken(error) != constraint:
            raise
        raise (refusal if isinstance(refusal, Refused) else refusal()) from error


def broken(error: IntegrityError) -> str:
    """The name of the constraint that was broken; "" where the database names none."""
    told = getattr(error.__cause__, "diag", None)
    return str(getattr(told, "constraint_name", None) or "")
