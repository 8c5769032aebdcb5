"""What a door of the house finds on its request."""

from typing import Any

from django.http import HttpRequest


class Request(HttpRequest):
    """A request that has passed the gate: who acts (`person`) and for which unit (`unit`).

    For annotations only: the middleware of `access` puts both onto Django's own request. The shell knows no kernel, so the types
    stay open here; queries and actions below the doors name them.
    """

    person: Any
    unit: Any
