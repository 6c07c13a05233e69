"""What every page of this room asks first: which submission, and may this person."""

from django.http import Http404, HttpRequest

from registry.catalogue.selectors import acts_for
from registry.evidence import selectors
from registry.evidence.models import Submission


def visible(request: HttpRequest, ref: str) -> Submission:
    """The submission of this reference; 404 unless the person may see all of it."""
    return _or_404(selectors.submission_for(request.user, ref), ref)


def own(request: HttpRequest, ref: str) -> Submission:
    """A submission of a supplier that the person acts for; 403 for the national team."""
    return _or_404(selectors.own_submission(request.user, ref), ref)


def _or_404(found: Submission | None, ref: str) -> Submission:
    if found is None:
        raise Http404(f"There is no evidence “{ref}” that you may see.")
    return found


def is_own(request: HttpRequest, submission: Submission) -> bool:
    return acts_for(request.user, submission.product.supplier)
