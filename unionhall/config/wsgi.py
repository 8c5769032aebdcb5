"""The door of the web server (granian, WSGI)."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
application = get_wsgi_application()
reverse("healthz")  # loads every page now instead of with the first request
gc.collect()
gc.freeze()  # what is loaded stays for good: the collector need not walk it over and over again
