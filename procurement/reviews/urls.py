"""Addresses of the reviews room."""

from django.urls import path

from procurement.reviews import views

urlpatterns = [
    path("worklist/", views.worklist, name="worklist"),
    path("worklist/cases/", views.worklist_cases, name="worklist_cases"),
]
