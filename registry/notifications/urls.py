"""Addresses of notifications."""

from django.urls import path

from registry.notifications import views

urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="notifications_read_all"),
    path("notifications/preference/", views.preference, name="notification_preference"),
    path("notifications/<int:id>/read/", views.read, name="notification_read"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<uuid:uuid>/", views.letter, name="letter"),
    path("outbox/<uuid:uuid>/retry/", views.retry, name="letter_retry"),
]
