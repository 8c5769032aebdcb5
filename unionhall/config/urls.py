"""Every address of the house."""

from django.urls import URLPattern, URLResolver, path

from unionhall.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
]
