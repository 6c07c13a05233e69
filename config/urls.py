"""Every address of the registry. Rooms bring their own `urls.py`."""

from django.urls import include, path

from config import views

urlpatterns = [
    path("accounts/", include("registry.accounts.urls")),
    path("desk/", views.desk, name="desk"),
]
