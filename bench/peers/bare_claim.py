"""The limit of a sign-up: a Django view with nothing around it that claims a place by one statement.

Served by the same web server on the same database as the house: `granian --interface wsgi bare_claim:application`.
"""

import bare
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse  # noqa: TID251 (the limit is a bare view)
from django.urls import path

bare.configure(__name__)
CLAIM = """
WITH place AS (UPDATE bench_pool SET taken = taken + 1 WHERE id = 1 AND taken < places RETURNING id)
INSERT INTO bench_claim (pool, person) SELECT id, %s FROM place RETURNING id
"""


def claim(request: HttpRequest, person: int) -> HttpResponse:
    """One statement and an answer."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [person])
        row = cursor.fetchone()
    answer = HttpResponse(str(row), status=201 if row else 409)
    answer["Content-Length"] = str(len(answer.content))
    return answer


urlpatterns = [path("claim/<int:person>/", claim)]
application = get_wsgi_application()
