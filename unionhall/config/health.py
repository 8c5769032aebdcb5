"""`/healthz`: for the load balancer and the supervisor. It tells nothing but that web and database answer."""

from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse

from unionhall.shell import doors


@doors.page(public=True)
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain", headers={"Retry-After": "5"})
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
