"""Addresses of tokens."""

from django.urls import path

from registry.tokens import views

urlpatterns = [
    path("supplier/tokens/", views.tokens, name="tokens"),
    path("supplier/tokens/<int:token_id>/revoke/", views.revoke, name="token_revoke"),
]
