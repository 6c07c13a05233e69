"""The API's base: pages of results, and refusals in words.

Settings name what stands here, so it imports no view; lists and details have their base in
`registry.common.api.readonly`.
"""

from rest_framework.exceptions import PermissionDenied, Throttled, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.views import exception_handler

from registry.common.errors import NotPermitted, RuleBroken, TooOften


class Pages(PageNumberPagination):
    """`?page=2&page_size=100`; at most 500 a page."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def get_page_size(self, request: Request) -> int:
        """A size that is not a number from 1 to 500 is refused, not quietly replaced."""
        typed = request.query_params.get(self.page_size_query_param)
        if typed is None:
            return self.page_size
        # Python refuses to read a number of thousands of digits.
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
        if not 1 <= number <= self.max_page_size:
            words = f"page_size must be a number from 1 to {self.max_page_size}"
            raise ValidationError({self.page_size_query_param: [words]})
        return number


def explain_refusal(exception: Exception, context: dict):
    """`RuleBroken` answers 400, `TooOften` 429 and `NotPermitted` 403, each with its own words."""
    if isinstance(exception, TooOften):
        wait, exception = exception.seconds, Throttled(detail=exception.message)
        exception.wait = wait
    elif isinstance(exception, RuleBroken):
        exception = ValidationError({exception.field or "detail": exception.message})
    elif isinstance(exception, NotPermitted):
        exception = PermissionDenied(exception.message)
    return exception_handler(exception, context)
