"""Links and trails of links, escaped, for templates.

F-strings and `escape`, since `Markup.format` costs a page a quarter of a millisecond.
"""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict
from markupsafe import Markup, escape


def link(text: str, href: str, hidden: str = "") -> Markup:
    """An anchor; `hidden` is read out after the text ("Change" + "the supplier")."""
    more = f'<span class="nhsuk-u-visually-hidden"> {escape(hidden)}</span>' if hidden else ""
    return Markup(f'<a href="{escape(href)}">{escape(text)}{more}</a>')


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
        '<li class="nhsuk-breadcrumb__list-item">'
        f'<a class="nhsuk-breadcrumb__link" href="{escape(href)}">{escape(text)}</a></li>'
        for text, href in trail
    ]
    parent, parent_href = trail[-1]
    return Markup(
        '<nav class="nhsuk-breadcrumb" aria-label="Breadcrumb">'
        f'<ol class="nhsuk-breadcrumb__list">{"".join(items)}</ol>'
        f'<a class="nhsuk-back-link" href="{escape(parent_href)}">'
        f'<span class="nhsuk-u-visually-hidden">Back to </span>{escape(parent)}</a></nav>'
    )


def back_link(href: str, text: str = "Back") -> Markup:
    """A single link back, for steps of a task."""
    return Markup(
        '<nav aria-label="Back"><a class="nhsuk-back-link" href="{}">{}</a></nav>'
    ).format(href, text)
