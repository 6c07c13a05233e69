"""The filter of products by standard."""

from registry.common.filters import KeysField, KeysFilter, typed
from registry.standards import selectors as standards


class CodesField(KeysField):
    """Standards by code; DAPB3051 finds DCB3051."""

    def clean(self, value: list[str]):
        found = [(code, standards.find(code)) for code in typed(value)]
        return super().clean([row.code if row else code for code, row in found])


class CodesFilter(KeysFilter):
    """Standards by any of their codes."""

    field_class = CodesField
