"""The WSGI entry point: what gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# Every view is loaded now, and lives as long as the worker does. A full collection would go
# through all of it, 100 ms in the middle of somebody's page, and find nothing to free.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
# A page makes and frees some fifteen thousand objects, hardly any of them in a circle: the
# collector looks once a page or less instead of twenty-five times in each.
gc.set_threshold(20_000, 20, 20)
