"""The door of the web server (granian, WSGI)."""

import gc
import os

import django
from django.conf import settings
from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.db import reset_queries
from django.urls import reverse

from unionhall.shell.layers import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
django.setup(set_prefix=False)
application = Handler()
if not settings.DEBUG:
    request_started.disconnect(reset_queries)  # statements are listed for debugging only
request_finished.disconnect(close_caches)  # the cache lies in this process: there is nothing to close
reverse("healthz")  # loads every page now instead of with the first request
gc.collect()
gc.freeze()  # what is loaded stays for good: the collector need not walk it over and over again
