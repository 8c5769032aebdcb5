"""What a house in service promises: Django's own checks, the log, the secrets, the timetable."""

import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django import app

from unionhall.config import durability, journal, keyfile, running, timetable
from unionhall.config.launcher.trouble import Trouble
from unionhall.kernel.access.models import Role
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.people import queries as people
from unionhall.kernel.programmes.models import Programme


def settings_of(names, **changed):
    """Read settings as a process of its own would see them."""
    script = f"import json; from unionhall.config import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UNIONHALL_", "DJANGO_ALLOW"))}
    answer = subprocess.run(
        [sys.executable, "-c", script], env={**environment, **changed}, capture_output=True, text=True, check=True
    )
    return json.loads(answer.stdout)


def test_djangos_own_checks_for_service_find_nothing(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UNIONHALL_", "DJANGO_ALLOW"))}
    answer = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={**environment, "UNIONHALL_ORIGIN": "https://hall.example.cn", "UNIONHALL_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, "no issues" in answer.stdout) == (0, True), answer.stderr


# Django knows its layers by their names, and would keep silent about what those of the house do in their place.
AS_DJANGOS = """
import json, sys
import django
django.setup()
from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.utils.module_loading import import_string
layers = [import_string(name) if "shell.layers" in name else None for name in settings.MIDDLEWARE]
names = [f"{each.__mro__[1].__module__}.{each.__mro__[1].__qualname__}" if each else None for each in layers]
settings.MIDDLEWARE = [given or name for given, name in zip(names, settings.MIDDLEWARE, strict=True)]
settings.SILENCED_SYSTEM_CHECKS = ["security.W002"]
for name, value in json.loads(sys.argv[1]).items():
    setattr(settings, name, value)
found = run_checks(include_deployment_checks=True)
print(json.dumps(sorted(each.id for each in found if each.level >= WARNING and not each.is_silenced())))
"""


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"SECURE_HSTS_SECONDS": 0}, ["security.W004"]),
        ({"SESSION_COOKIE_SECURE": False, "SESSION_COOKIE_HTTPONLY": False}, ["security.W011", "security.W014"]),
        ({"CSRF_COOKIE_SECURE": False, "SECURE_SSL_REDIRECT": False}, ["security.W008", "security.W016"]),
    ],
)
def test_djangos_checks_of_its_layers_find_nothing_behind_those_of_the_house(tmp_path, changed, found):
    """With twins: what is left open is found."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UNIONHALL_", "DJANGO_ALLOW"))}
    more = {"UNIONHALL_ORIGIN": "https://hall.example.cn", "UNIONHALL_DATA": str(tmp_path)}
    more["DJANGO_SETTINGS_MODULE"] = "unionhall.config.settings"
    command = [sys.executable, "-c", AS_DJANGOS, json.dumps(changed)]
    answer = subprocess.run(command, env={**environment, **more}, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == found


SERVED = """
import json
from unionhall.config import wsgi
from django.conf import settings
from django.core import signals
around = signals.request_started, signals.request_finished
asked = [sorted({ref().__name__ for _key, ref, *_more in signal.receivers}) for signal in around]
print(json.dumps([*asked, [cache["BACKEND"].rpartition(".")[2] for cache in settings.CACHES.values()]]))
"""


@pytest.mark.parametrize(("debug", "before"), [("", ["close_old_connections"]), ("1", ["close_old_connections", "reset_queries"])])
def test_around_a_request_nothing_is_done_for_what_the_house_has_not(tmp_path, debug, before):
    told = {"UNIONHALL_DATA": str(tmp_path), "UNIONHALL_DEBUG": debug}
    answer = subprocess.run([sys.executable, "-c", SERVED], env={**os.environ, **told}, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == [before, ["close_old_connections", "reset_urlconf"], ["LocMemCache"]]


def test_https_switches_the_strict_rules_on(tmp_path):
    names = ["SESSION_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT"]
    strict = settings_of(names, UNIONHALL_ORIGIN="https://hall.example.cn", UNIONHALL_DATA=str(tmp_path))
    assert list(strict.values()) == [True, "__Host-session", "__Host-csrf", 31_536_000, True]
    plain = settings_of(names, UNIONHALL_DATA=str(tmp_path))
    assert list(plain.values()) == [False, "session", "csrf", 0, False]


def test_only_the_hosts_of_the_house_are_answered(tmp_path):
    found = settings_of(
        ["ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"], UNIONHALL_ORIGIN="https://hall.example.cn", UNIONHALL_DATA=str(tmp_path)
    )
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]", "hall.example.cn"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://hall.example.cn"]


def test_pages_have_limits_on_their_queries_and_a_pool(tmp_path):
    found = settings_of(
        ["DATABASES"],
        UNIONHALL_DATA=str(tmp_path),
        DATABASE_URL="postgresql://a:b%40c@h:5433/n",
        UNIONHALL_DB_ROLE="unionhall_app",
        UNIONHALL_DB_LIMITS="-c statement_timeout=5000",
    )["DATABASES"]["default"]
    assert found["OPTIONS"]["options"] == "-c statement_timeout=5000 -c role=unionhall_app"
    assert found["OPTIONS"]["pool"]["max_size"] >= 4
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == ("a", "b@c", "h", "5433", "n")
    assert (found["ENGINE"], found["CONN_MAX_AGE"]) == ("unionhall.config.database", 0)


def test_the_secret_key_is_made_once_and_is_ours_alone(tmp_path):
    path = tmp_path / "house" / "secret-key"
    first = keyfile.secret(path)
    assert len(first) > 80
    assert keyfile.secret(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert keyfile.secret(tmp_path / "other") != first


def test_a_secret_that_cannot_be_written_is_a_trouble_with_a_mend(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble, match="UNIONHALL_DATA="):
        keyfile.secret(tmp_path / "file" / "secret-key")


def line(record):
    return json.loads(journal.JsonLines().format(record))


def made(name, message, *arguments, error=None, **extra):
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, error)
    record.__dict__.update(extra)
    return record


def test_a_line_is_json_with_the_allowed_fields_only():
    told = line(made("unionhall.requests", "request", method="POST", status=200, route="issues/<int:id>/", phone="13800000000"))
    assert {name: told[name] for name in ("logger", "event", "method", "status", "route")} == {
        "logger": "unionhall.requests", "event": "request", "method": "POST", "status": 200, "route": "issues/<int:id>/",
    }  # fmt: skip
    assert "13800000000" not in json.dumps(told)
    assert datetime.fromisoformat(told["at"]).tzinfo == UTC


@pytest.mark.django_db
def test_a_database_error_is_logged_without_the_row_it_quotes():
    phone = "10012345678"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE once (phone text PRIMARY KEY)")
            cursor.execute("INSERT INTO once VALUES (%s), (%s)", [phone, phone])
    except IntegrityError:
        told = line(made("django.request", "Internal error: %s", phone, error=sys.exc_info()))
    assert told["error"] == "IntegrityError"
    assert told["at_code"]
    assert phone not in json.dumps(told)


def test_the_plain_formatter_would_have_told_it():
    """The control: what an ordinary log line says about the same error."""
    assert "10012345678" in logging.Formatter().format(made("django.request", "Internal error: %s", "10012345678"))


def test_lines_of_a_request_carry_its_number():
    with journal.about(request_id="abc12345"):
        assert line(made("unionhall.flows", "moved"))["request_id"] == "abc12345"
    assert "request_id" not in line(made("unionhall.flows", "moved"))


@pytest.mark.django_db
def test_an_answer_bears_the_number_of_its_request(client):
    assert len(client.get("/healthz")["X-Request-ID"]) == 16
    assert client.get("/healthz", headers={"X-Request-ID": "proxy-0001"})["X-Request-ID"] == "proxy-0001"
    assert client.get("/healthz", headers={"X-Request-ID": "a b\n<script>"})["X-Request-ID"] != "a b\n<script>"


@pytest.mark.django_db
def test_audit_rows_bear_the_number_too(cast):
    with audit.circumstances(request_id="abc12345"):
        audit.record(None, "organizations.renamed", cast.units["city"])
    (row,) = [
        row for row in trail.trail("organizations.organization", cast.units["city"].pk) if row.verb == "organizations.renamed"
    ]
    assert "abc12345" in str(row.__dict__)


@pytest.mark.django_db
def test_an_unsafe_server_is_refused_and_a_trial_may_say_so(monkeypatch):
    monkeypatch.setattr(durability, "PROMISES", {"fsync": {"certainly"}})
    monkeypatch.delenv("UNIONHALL_UNSAFE", raising=False)
    with pytest.raises(Trouble, match="fsync="):
        durability.require()
    monkeypatch.setenv("UNIONHALL_UNSAFE", "1")
    durability.require()


@pytest.fixture
def registered():
    """The job queue with the timetable of the house in it."""
    timetable.register(app)
    yield app
    for name in [name for name in app.tasks if name.startswith(("periodic.", "house."))]:
        del app.tasks[name]
    app.periodic_registry.periodic_tasks.clear()


def test_every_package_is_asked_for_what_it_does_by_the_clock(registered):
    declared = {f"periodic.{entry.code}" for entry in timetable.entries()}
    known = {name for name, _ in registered.periodic_registry.periodic_tasks}
    assert "periodic.files.sweep" in declared
    assert declared | {"house.requeue_stalled", "house.forget_finished"} == known


def test_no_job_by_the_clock_can_pile_up(registered):
    for (name, _), periodic in registered.periodic_registry.periodic_tasks.items():
        assert periodic.task.queueing_lock == name


def test_the_hours_are_those_of_shanghai(registered):
    periodic = registered.periodic_registry.periodic_tasks["periodic.files.sweep", ""]
    moment = periodic.croniter.get_next(ret_type=float, start_time=datetime(2026, 3, 1, 0, 0, tzinfo=UTC).timestamp())
    assert datetime.fromtimestamp(moment, UTC) == datetime(2026, 3, 1, 20, 40, tzinfo=UTC), "04:40 in Shanghai"


@pytest.mark.django_db
def test_the_first_migration_also_brings_roles_calendar_catalogue_and_keys(settings, tmp_path):
    settings.IDENTITY_KEYS = tmp_path / "keys"
    assert running.migrate() == []
    assert (tmp_path / "keys" / "blind.key").stat().st_mode & 0o777 == 0o600
    assert Role.objects.filter(code="city_clerk").exists()
    assert Programme.objects.count() == 239
    rows = trail.size()
    running.migrate()
    assert trail.size() == rows, "the second time nothing happens"
    assert people.house().kind == "house"
