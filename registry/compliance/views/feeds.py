"""What the register learns of a product, as an Atom feed."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.http import require_safe

from registry.catalogue.models import Product
from registry.compliance import selectors
from registry.compliance.presenters.changes import Learned, learned
from registry.compliance.selectors import pages

ENTRIES = 30


class ProductFeed(Feed):
    """The latest revisions of one product. Public where the product is."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, ref: str) -> Product:
        """The product, if whoever asks may see it."""
        found = pages.product_by_ref(request.user, ref)
        if found is None:
            raise Http404(f"There is no product “{ref}” in the register.")
        return found

    def title(self, product: Product) -> str:
        """What feed readers call it."""
        return f"{product.name}: what the register learned"

    def subtitle(self, product: Product) -> str:
        """One line about it."""
        return f"Changes of the compliance of {product.name} by {product.supplier.name}"

    def link(self, product: Product) -> str:
        """The page that says the same."""
        return reverse("product_changes", kwargs={"ref": product.ref})

    def items(self, product: Product) -> list[Learned]:
        """The latest first."""
        return learned(selectors.changes_of(product, known_at=None)[:ENTRIES])

    def item_title(self, item: Learned) -> str:
        """The gravest change in a line."""
        return item.title

    def item_description(self, item: Learned) -> str:
        """Everything that was learned, in words; readers take it for HTML."""
        turns = "; ".join(turn.words for turn in (*item.verdicts, *item.standards))
        return escape(f"The register learned, because {item.because}: {turns}.")

    def item_link(self, item: Learned) -> str:
        """The place on the page."""
        product = item.revision.product
        return f"{self.link(product)}#revision-{item.revision.pk}"

    def item_updateddate(self, item: Learned) -> datetime:
        """When the register learned it."""
        return item.revision.recorded_at

    item_pubdate = item_updateddate


_feed = ProductFeed()


@require_safe
def product_feed(request: HttpRequest, ref: str) -> HttpResponse:
    """The feed, which is about no day; as known at a moment, its header says where for ever."""
    response = _feed(request, ref=ref)
    response.permanent_on = None
    return response
