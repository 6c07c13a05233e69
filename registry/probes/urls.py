"""Addresses of the probes room."""

from django.urls import path

from registry.probes import views

urlpatterns = [
    path("about-probing/", views.about, name="about_probing"),
    path("endpoints/waiting/", views.waiting, name="endpoints_waiting"),
    path("endpoints/<int:id>/", views.endpoint, name="endpoint"),
    path("endpoints/<int:id>/changes/", views.endpoint_changes, name="endpoint_changes"),
    path(
        "endpoints/<int:id>/changes/<slug:capture>/<slug:before>/<slug:after>/",
        views.endpoint_change,
        name="endpoint_change",
    ),
    path("endpoints/<int:id>/vouch/", views.vouch, name="endpoint_vouch"),
    path("endpoints/<int:id>/probe/", views.probe_now, name="endpoint_probe_now"),
    path("products/<slug:ref>/endpoints/new/", views.register, name="endpoint_register"),
]
