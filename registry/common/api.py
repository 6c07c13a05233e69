"""The API's base: pages of results, and refusals in words."""

from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.views import exception_handler

from registry.common.errors import NotPermitted, RuleBroken


class Pages(PageNumberPagination):
    """`?page=2&page_size=100`; at most 500 a page."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


def explain_refusal(exception: Exception, context: dict):
    """`RuleBroken` answers 400 and `NotPermitted` 403, each with its own words."""
    if isinstance(exception, RuleBroken):
        exception = ValidationError({exception.field or "detail": exception.message})
    elif isinstance(exception, NotPermitted):
        exception = PermissionDenied(exception.message)
    return exception_handler(exception, context)
