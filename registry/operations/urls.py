"""Addresses of the operations room."""

from django.urls import path

from registry.operations import views

urlpatterns = [
    path("status/", views.status, name="status"),
    path("metrics", views.metrics, name="metrics"),
    path("status/health", views.health, name="status_health"),
]
