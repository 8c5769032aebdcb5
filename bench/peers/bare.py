"""What the bare views share: a Django with a database, pooled as the house's is, and nothing else."""

import os

from django.conf import settings


def configure(urls: str) -> None:
    """Set Django up for the addresses of one module, on the database that the bench names."""
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=urls,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": os.environ["BENCH_NAME"],
                "USER": os.environ["BENCH_USER"],
                "PASSWORD": os.environ["BENCH_PASSWORD"],
                "HOST": os.environ["BENCH_HOST"],
                "PORT": os.environ["BENCH_PORT"],
                "CONN_HEALTH_CHECKS": True,
                "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}},
            }
        },
    )
