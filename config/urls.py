"""Every address of the registry. Rooms bring their own `urls.py`."""

from django.urls import include, path

from config import views

urlpatterns = [
    # The search and the products: asked for most, so looked at first.
    path("", include("registry.compliance.urls")),
    path("", include("procurement.assessment.urls")),
    path("", include("procurement.contracts.urls")),
    path("", include("procurement.phaseout.urls")),
    path("", include("procurement.reviews.urls")),
    path("", include("procurement.whatif.urls")),
    path("", include("registry.catalogue.urls")),
    path("", include("registry.evidence.urls")),
    path("", include("registry.notifications.urls")),
    path("", include("registry.operations.urls")),
    path("", include("registry.probes.urls")),
    path("", include("registry.standards.urls")),
    path("", include("registry.tokens.urls")),
    path("api/v1/", include("config.api")),
    path("accounts/", include("registry.accounts.urls")),
    path("desk/", views.desk, name="desk"),
]
