"""Addresses of the compliance room."""

from django.urls import path

from registry.compliance.views.home import home
from registry.compliance.views.product import product
from registry.compliance.views.search import product_search
from registry.compliance.views.standard import standard

urlpatterns = [
    path("", home, name="home"),
    path("products/", product_search, name="product_search"),
    path("products/<slug:ref>/", product, name="product"),
    path("standards/<str:code>/", standard, name="standard"),
]
