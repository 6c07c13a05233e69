"""Lists that are read on from where one left off: `?after=1204`."""

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from registry.common.api import Pages


class After(Pages):
    """Rows in the order of their numbers, after the number `after`, which a filter reads.

    `last` is the number to ask after next time, also when nothing has come since; `next` is the
    address of the rest where there is more already. Nothing is counted.
    """

    def paginate_queryset(self, queryset: QuerySet, request: Request, view=None) -> list:
        """The first rows of `queryset`, which starts after `after`."""
        if self.page_query_param in request.query_params:
            words = "This list has no pages: ask with after=, the last number that you have"
            raise ValidationError({self.page_query_param: [words]})
        size = self.get_page_size(request)
        rows = list(queryset[: size + 1])
        self.request, self.more = request, len(rows) > size
        self.rows = rows[:size]
        return self.rows

    def get_paginated_response(self, data: list) -> Response:
        """The frame around the rows."""
        last = self.rows[-1].pk if self.rows else self._asked()
        address = self.request.build_absolute_uri()
        following = replace_query_param(address, "after", last) if self.more else None
        return Response({"next": following, "last": last, "results": data})

    def _asked(self) -> int | None:
        asked = self.request.query_params.get("after")
        return int(asked) if asked else None

    def get_paginated_response_schema(self, schema: dict) -> dict:
        """The frame in the OpenAPI document."""
        return {
            "type": "object",
            "required": ["next", "last", "results"],
            "properties": {
                "next": {"type": "string", "format": "uri", "nullable": True},
                "last": {
                    "type": "integer",
                    "nullable": True,
                    "description": "Ask after this number for what comes later",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view) -> list[dict]:
        """Only the size: the number to read after is a filter."""
        return [
            each
            for each in super().get_schema_operation_parameters(view)
            if each["name"] != self.page_query_param
        ]
