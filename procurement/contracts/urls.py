"""Addresses of the contracts room."""

from django.urls import path

from procurement.contracts import views

# References may hold slashes, so a contract's own address comes last.
urlpatterns = [
    path("buyer/", views.buyer_desk, name="buyer_desk"),
    path("buyer/contracts/add/", views.contract_add, name="contract_add"),
    path("buyer/last-day/<path:ref>/", views.contract_last_day, name="contract_last_day"),
    path("contracts/<path:ref>/", views.contract, name="contract"),
]
