"""Addresses of the standards room."""

from django.urls import path

from registry.standards import views

urlpatterns = [
    path("standards/", views.standards, name="standards"),
]
