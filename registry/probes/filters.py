"""What lists of endpoints can be narrowed by."""

from registry.catalogue.selectors import products_visible_to
from registry.common.asking import AskedFilterForm, AskedFilterSet
from registry.common.filters import ChoicesFilter, KeysFilter, asker
from registry.probes.enums import Outcome
from registry.probes.models import Endpoint
from registry.probes.rules.profiles import Profile


class EndpointFilter(AskedFilterSet):
    """Filters of endpoints."""

    product = KeysFilter(
        label="Product",
        help_text="References of products",
        field_name="product__ref",
        to_field_name="ref",
        # A product that is not theirs to see is no product to whoever asks.
        queryset=lambda request: products_visible_to(asker(request)),
    )
    profile = ChoicesFilter(
        label="Profile",
        help_text="What the endpoint is",
        field_name="profile",
        choices=[(profile.value, profile.label) for profile in Profile],
    )
    outcome = ChoicesFilter(
        label="Outcome",
        help_text="How the last visit ended",
        field_name="last_outcome",
        choices=Outcome.choices,
    )

    class Meta:
        model = Endpoint
        form = AskedFilterForm
        fields: list[str] = []
