"""Addresses of the compliance room."""

from django.urls import path

from registry.compliance.views.burn_down import burn_down_csv
from registry.compliance.views.calendar import owed_calendar, subscribed, subscription
from registry.compliance.views.changes import product_changes
from registry.compliance.views.choosing import proves
from registry.compliance.views.feeds import product_feed
from registry.compliance.views.home import home
from registry.compliance.views.owed import owed
from registry.compliance.views.pair import pair, product_standards
from registry.compliance.views.product import product
from registry.compliance.views.recomputing import recomputing
from registry.compliance.views.replacements import product_replacements
from registry.compliance.views.search import product_search
from registry.compliance.views.standard import standard
from registry.compliance.views.supplier_desk import supplier_desk

urlpatterns = [
    path("", home, name="home"),
    path("products/", product_search, name="product_search"),
    path("products/<slug:ref>/", product, name="product"),
    path("products/<slug:ref>/replacements/", product_replacements, name="product_replacements"),
    path("products/<slug:ref>/changes/", product_changes, name="product_changes"),
    path("products/<slug:ref>/changes.atom", product_feed, name="product_feed"),
    path("recomputing/", recomputing, name="recomputing"),
    path("products/<slug:ref>/standards/", product_standards, name="product_standards"),
    path("products/<slug:ref>/standards/<str:code>/", pair, name="pair"),
    path("standards/<str:code>/", standard, name="standard"),
    path("standards/<str:code>/burn-down.csv", burn_down_csv, name="burn_down_csv"),
    path("supplier/", supplier_desk, name="supplier_desk"),
    path("supplier/owed/", owed, name="owed"),
    path("supplier/owed.ics", owed_calendar, name="owed_calendar"),
    path("supplier/owed/calendar/", subscription, name="owed_subscription"),
    path("calendars/<str:token>.ics", subscribed, name="owed_subscribed"),
    path("evidence/<slug:ref>/proves/", proves, name="evidence_proves"),
]
