"""The programmes that this room serves."""

from django.db.models import QuerySet

from unionhall.kernel.programmes import queries as programmes
from unionhall.kernel.programmes.models import Programme


def served() -> QuerySet[Programme]:
    """The programmes that this room runs, in the order of the catalogue."""
    return programmes.programmes(room="membership")
