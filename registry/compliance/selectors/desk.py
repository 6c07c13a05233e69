"""What the supplier's desk shows beside what is owed."""

from registry.probes.models import Endpoint


def endpoints_of_supplier(supplier_id: int) -> list[Endpoint]:
    """The endpoints of a supplier's products."""
    return list(Endpoint.objects.filter(product__supplier=supplier_id).order_by("product", "url"))
