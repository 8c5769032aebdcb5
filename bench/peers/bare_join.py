"""The limit of joining: four Django views with nothing around them that do the least of what the four presses do.

A code is kept and sent by a text message; it is taken; a page is shown; one row says who has joined. No session, no rights, no
form, no sealed value, no trail and no books. Served by the same web server on the same database as the house, with the same
gateway: `granian --interface wsgi bare_join:application`.
"""

import json
import os
import secrets
import threading
from http.client import HTTPConnection
from urllib.parse import urlsplit

import bare
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse  # noqa: TID251 (the limit is bare views)
from django.urls import path

bare.configure(__name__)
gateway, lines = urlsplit(os.environ["BENCH_GATEWAY"]), threading.local()
KEPT = "INSERT INTO bench_code (phone, code) VALUES (%s, %s) ON CONFLICT (phone) DO UPDATE SET code = EXCLUDED.code, used = false"
TAKEN = "UPDATE bench_code SET used = true WHERE phone = %s AND code = %s AND NOT used RETURNING phone"
JOINED = "INSERT INTO bench_join (phone, name, number) VALUES (%s, %s, %s)"


def ask(phone: str) -> HttpResponse:
    """Keep a code and send it."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [phone, code])
    told = json.dumps({"phone": phone, "key": phone, "text": f"code {code}"}).encode()
    line = vars(lines).setdefault("gateway", HTTPConnection(gateway.netloc, timeout=10))  # kept open, as the house keeps its own
    line.request("POST", gateway.path, told, {"Content-Type": "application/json"})
    line.getresponse().read()
    return HttpResponse("sent")


def prove(phone: str, code: str) -> HttpResponse:
    """Take the code once."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, [phone, code])
        row = cursor.fetchone()
    return HttpResponse(f'<input name="proof" value="{phone}">', status=200 if row else 409)


def join(request: HttpRequest) -> HttpResponse:
    """The four presses, told apart as the house does."""
    told = request.POST
    if told["step"] == "phone":
        answer = ask(told["phone"]) if "ask" in told else prove(told["phone"], told["code"])
    elif told["step"] == "self":
        answer = HttpResponse(f"{told['name']} {told['id_number']}")
    else:
        with connection.cursor() as cursor:
            cursor.execute(JOINED, [told["proof"], told["name"], told["id_number"]])
        answer = HttpResponse(status=303)
    answer["Content-Length"] = str(len(answer.content))
    return answer


urlpatterns = [path("hall/join/bare/", join)]
application = get_wsgi_application()
