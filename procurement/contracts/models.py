"""Who bought what, for how long, for how much."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q

from procurement.contracts.querysets import ContractQuerySet
from registry.history.rules import Versions


class Contract(models.Model):
    """A buyer's agreement with a supplier over a term."""

    ref = models.CharField(max_length=80, unique=True)
    buyer = models.ForeignKey(
        "buyers.Organisation", on_delete=models.PROTECT, related_name="contracts"
    )
    supplier = models.ForeignKey(
        "catalogue.Supplier", on_delete=models.PROTECT, related_name="contracts"
    )
    title = models.CharField(max_length=300)
    signed = models.DateField(null=True, blank=True)
    term = DateRangeField()
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="GBP")
    ocid = models.CharField("OCID", max_length=100, blank=True)
    products = models.ManyToManyField(
        "catalogue.Product", through="ContractItem", related_name="contracts"
    )

    objects = ContractQuerySet.as_manager()

    kept = Versions(by=("buyer_id",))

    class Meta:
        ordering = ["ref"]
        constraints = [
            models.CheckConstraint(condition=Q(term__isempty=False), name="contracts_term_days"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0),
                name="contracts_value_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"


class ContractItem(models.Model):
    """A contract covers a product."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.PROTECT, related_name="contract_items"
    )

    kept = Versions(by=("contract_id", "product_id"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "product"], name="contracts_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.product} under {self.contract}"
