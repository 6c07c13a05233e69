"""What a draft holds until it is sent, and nobody but its supplier sees."""

from django.db import models

from registry.evidence.models.submissions import Submission


class AlsoFor(models.Model):
    """A draft is to be sent for another product of the same supplier as well.

    Sending makes a submission of its own for each, `sent_with` the draft's; these rows go then.
    """

    draft = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="also_for")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    release = models.CharField(max_length=80, blank=True)
    criteria = models.ManyToManyField("standards.Criterion", related_name="+")
    # What the other product's submission follows, when evidence of several is renewed at once.
    supersedes = models.ForeignKey(
        Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["product__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "product"], name="evidence_also_for_a_product_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.draft} for {self.product}"
