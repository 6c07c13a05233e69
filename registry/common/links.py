"""Links and trails of links, escaped, for templates."""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict
from markupsafe import Markup, escape


def link(text: str, href: str, hidden: str = "") -> Markup:
    """An anchor; `hidden` is read out after the text ("Change" + "the supplier")."""
    extra = Markup('<span class="nhsuk-u-visually-hidden"> {}</span>').format(hidden)
    return Markup('<a href="{}">{}{}</a>').format(href, text, extra if hidden else "")


def query(params: QueryDict | None, **changes) -> str:
    """The query string with some parameters replaced; `None` removes one. Shareable URLs."""
    # A page asks a dozen times, and copying a QueryDict costs more than writing it out.
    merged = dict(params.lists()) if params is not None else {}
    for name, value in changes.items():
        merged.pop(name, None)
        if value is not None:
            merged[name] = value if isinstance(value, list) else [value]
    pairs = (_pair(name, str(value)) for name, values in merged.items() for value in values)
    return f"?{'&'.join(pairs)}"


@lru_cache(maxsize=10_000)
def _pair(name: str, value: str) -> str:
    """A parameter written out; the same few come in every link of a page."""
    return urlencode(((name, value),))


def breadcrumbs(trail: Iterable[tuple[str, str]]) -> Markup:
    """The trail above a page: pairs (text, href), from home to the page's parent."""
    trail = list(trail)
    items = [
        Markup(
            '<li class="nhsuk-breadcrumb__list-item">'
            '<a class="nhsuk-breadcrumb__link" href="{}">{}</a></li>'
        ).format(href, text)
        for text, href in trail
    ]
    parent, parent_href = trail[-1]
    return Markup(
        '<nav class="nhsuk-breadcrumb" aria-label="Breadcrumb">'
        '<ol class="nhsuk-breadcrumb__list">{}</ol>'
        '<a class="nhsuk-back-link" href="{}">'
        '<span class="nhsuk-u-visually-hidden">Back to </span>{}</a></nav>'
    ).format(Markup("").join(items), parent_href, escape(parent))


def back_link(href: str, text: str = "Back") -> Markup:
    """A single link back, for steps of a task."""
    return Markup(
        '<nav aria-label="Back"><a class="nhsuk-back-link" href="{}">{}</a></nav>'
    ).format(href, text)
