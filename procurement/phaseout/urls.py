"""Addresses of the phase-out room."""

from django.urls import path

from procurement.phaseout import views

urlpatterns = [
    path("cases/<int:id>/", views.case, name="case"),
    path("cases/<int:id>/take/", views.case_take, name="case_take"),
    path("cases/<int:id>/dismiss/", views.case_dismiss, name="case_dismiss"),
    path("cases/<int:id>/close/", views.case_close, name="case_close"),
    path("cases/<int:id>/notice/", views.notice_propose, name="notice_propose"),
    path("cases/<int:id>/notices/<int:notice_id>/issue/", views.notice_issue, name="notice_issue"),
    path(
        "cases/<int:id>/notices/<int:notice_id>/reject/", views.notice_reject, name="notice_reject"
    ),
]
