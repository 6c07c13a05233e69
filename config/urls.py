"""Every address of the registry. Rooms bring their own `urls.py`."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]
