"""Settings of Tendenci under the bench: its own, without what the members' pages and their import do not touch.

`social_services` alone needs PostGIS and GDAL (its places), so it stays out, and any PostgreSQL will do. Tables come from the
models at once; the cache is the fastest there is, in the process; log and mail are silent. The database and a folder are named by
environment.
"""

import os
import sys
from types import SimpleNamespace

from tendenci.settings import *  # noqa: F403
from tendenci.settings import INSTALLED_APPS as ALL_APPS


class NoMigrations:
    """Every application's tables come from its models."""

    def __contains__(self, _app: str) -> bool:
        return True

    def __getitem__(self, _app: str) -> None:
        return None


sys.modules["tendenci.apps.social_services.urls"] = SimpleNamespace(urlpatterns=[])
INSTALLED_APPS = [app for app in ALL_APPS if app not in ("django.contrib.gis", "tendenci.apps.social_services")]
MIGRATION_MODULES = NoMigrations()
SECRET_KEY = SITE_SETTINGS_KEY = "bench-of-members-0123456789abcdef"
ALLOWED_HOSTS = ["*"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}}
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR", "handlers": []}}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["BENCH_NAME"],
        "USER": os.environ.get("BENCH_USER", ""),
        "PASSWORD": os.environ.get("BENCH_PASSWORD", ""),
        "HOST": os.environ.get("BENCH_HOST", ""),
        "PORT": os.environ.get("BENCH_PORT", ""),
    }
}
