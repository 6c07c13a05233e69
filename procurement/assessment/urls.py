"""Addresses of the assessment room."""

from django.urls import path

from procurement.assessment import views

urlpatterns = [
    path("assessment/", views.queue, name="assessment_queue"),
    path("assessment/next/", views.take_next, name="assessment_next"),
]
