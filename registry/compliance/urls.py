"""Addresses of the compliance room."""

from django.urls import path

from registry.compliance.views.changes import product_changes
from registry.compliance.views.feeds import product_feed
from registry.compliance.views.home import home
from registry.compliance.views.product import product
from registry.compliance.views.recomputing import recomputing
from registry.compliance.views.search import product_search
from registry.compliance.views.standard import standard
from registry.compliance.views.supplier_desk import supplier_desk

urlpatterns = [
    path("", home, name="home"),
    path("products/", product_search, name="product_search"),
    path("products/<slug:ref>/", product, name="product"),
    path("products/<slug:ref>/changes/", product_changes, name="product_changes"),
    path("products/<slug:ref>/changes.atom", product_feed, name="product_feed"),
    path("recomputing/", recomputing, name="recomputing"),
    path("standards/<str:code>/", standard, name="standard"),
    path("supplier/", supplier_desk, name="supplier_desk"),
]
