"""The web process."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.server.settings")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()

# What is loaded now stays until the end. Left out of collections, it costs no request the third of a second
# that walking through all of it takes.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
# A page makes some ten thousand objects and lets them go: looking for rings among them every 700 finds none.
gc.set_threshold(25_000, 20, 50)
