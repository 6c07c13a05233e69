"""What the register learns of a product, as an Atom feed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.http import require_safe

from registry.catalogue.models import Product
from registry.compliance import selectors
from registry.compliance.filters.changes import ChangeFilter
from registry.compliance.presenters.changes import Learned, learned
from registry.compliance.selectors import pages

ENTRIES = 30


@dataclass(frozen=True)
class Followed:
    """A product, and the changes of it that were asked for, of all standards or of some."""

    product: Product
    changes: ChangeFilter
    # The moment of the answer.
    at: datetime


class _Dated(Atom1Feed):
    """A feed without entries was updated when it was asked, or at the moment asked about."""

    def latest_post_date(self) -> datetime:
        dates = [item["updateddate"] for item in self.items]
        return max(dates) if dates else self.feed["at"].astimezone(UTC)


class ProductFeed(Feed):
    """The latest revisions of one product. Public where the product is."""

    feed_type = _Dated

    def get_object(self, request: HttpRequest, *, product: Product, changes: ChangeFilter):
        """What is followed."""
        return Followed(product, changes, request.known_at or changes.now)

    def feed_extra_kwargs(self, followed: Followed) -> dict:
        """What the feed itself is dated by."""
        return {"at": followed.at}

    def title(self, followed: Followed) -> str:
        """What feed readers call it."""
        of = f" of {', '.join(codes)}" if (codes := sorted(followed.changes.codes)) else ""
        return f"{followed.product.name}: what the register learned{of}"

    def subtitle(self, followed: Followed) -> str:
        """One line about it."""
        product = followed.product
        return f"Changes of the compliance of {product.name} by {product.supplier.name}"

    def link(self, followed: Followed) -> str:
        """The page that says the same."""
        return _page(followed.product)

    def items(self, followed: Followed) -> list[Learned]:
        """The latest first."""
        return learned(followed.changes.qs[:ENTRIES], codes=followed.changes.codes)

    def item_title(self, item: Learned) -> str:
        """The gravest change in a line."""
        return item.title

    def item_description(self, item: Learned) -> str:
        """Everything that was learned, in words; readers take it for HTML."""
        turns = "; ".join(turn.words for turn in (*item.verdicts, *item.standards))
        return escape(f"The register learned, because {item.because}: {turns}.")

    def item_link(self, item: Learned) -> str:
        """The place on the page."""
        return f"{_page(item.revision.product)}#revision-{item.revision.pk}"

    def item_updateddate(self, item: Learned) -> datetime:
        """When the register learned it."""
        return item.revision.recorded_at

    item_pubdate = item_updateddate


def _page(product: Product) -> str:
    return reverse("product_changes", kwargs={"ref": product.ref})


_feed = ProductFeed()


@require_safe
def product_feed(request: HttpRequest, ref: str) -> HttpResponse:
    """The feed, which is about no day; as known at a moment, its header says where for ever."""
    found = pages.product_by_ref(request.user, ref)
    if found is None:
        raise Http404(f"There is no product “{ref}” in the register.")
    revisions = selectors.changes_of(found, known_at=None)
    changes = ChangeFilter(request.GET, revisions, request=request, now=timezone.now())
    if not changes.is_valid():
        words = [word for words in changes.errors.values() for word in words]
        return HttpResponse("\n".join(words), "text/plain; charset=utf-8", 400)
    response = _feed(request, product=found, changes=changes)
    response.permanent_on = None
    return response
