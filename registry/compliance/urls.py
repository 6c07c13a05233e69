"""Addresses of the compliance room."""

from django.urls import path

from registry.compliance.views.home import home
from registry.compliance.views.pair import pair, product_standards
from registry.compliance.views.product import product
from registry.compliance.views.search import product_search
from registry.compliance.views.standard import standard
from registry.compliance.views.supplier_desk import supplier_desk

urlpatterns = [
    path("", home, name="home"),
    path("products/", product_search, name="product_search"),
    path("products/<slug:ref>/", product, name="product"),
    path("products/<slug:ref>/standards/", product_standards, name="product_standards"),
    path("products/<slug:ref>/standards/<str:code>/", pair, name="pair"),
    path("standards/<str:code>/", standard, name="standard"),
    path("supplier/", supplier_desk, name="supplier_desk"),
]
