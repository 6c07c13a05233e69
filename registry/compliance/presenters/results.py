"""The results of the product search, drawn without a template (docs/adr/0074).

A page has twenty-five of them. A template takes some 40 µs of CPU for each, these lines a quarter
of that. Texts are escaped where they come in; templates/compliance/search.html is the only caller.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.urls import reverse
from markupsafe import Markup, escape

from registry.common.formatting import draw_tag, format_date, format_plural
from registry.compliance.presenters.search import ProductRow
from registry.compliance.presenters.words import outlook_words, stay_words

# Letters of a summary, and how many more it may have before it is cut; capabilities named.
SUMMARY, LEEWAY = 180, 5
FEW = 3


def draw_results(rows: Iterable[ProductRow], on: date, carried: str) -> Markup:
    """An item of the list for each row. `carried` is what ends the address of a product's page."""
    pages, end = escape(reverse("product_search")), escape(carried)
    day = f"on {format_date(on)}"
    items = [_item(row, f"{pages}{escape(row.product.ref)}/{end}", on, day) for row in rows]
    return Markup("".join(items))


def _item(row: ProductRow, page: str, on: date, day: str) -> str:
    product, stay = row.product, row.stay
    # A term that begins on the day itself says more than the outlook from that day.
    instead = bool(stay) and stay.term.start == on
    return f"""\
        <li class="registry-results__item">
          <h3 class="nhsuk-heading-s nhsuk-u-margin-bottom-1">\
<a href="{page}">{escape(product.name)}</a></h3>
          <p class="nhsuk-u-margin-bottom-2">{escape(product.supplier.name)}</p>
{_paragraph(escape(_shortened(product.summary)))}\
          <p class="registry-verdict nhsuk-u-margin-bottom-2">{draw_tag(row.verdict, day)}
            <span>{stay_words(stay) if instead else outlook_words(row)}</span></p>
{_paragraph(stay_words(stay)) if stay and not instead else ""}\
{_facts(tuple([each.name for each in row.national_capabilities]), row.hosting)}\
        </li>
"""


def _paragraph(text: str) -> str:
    return f'<p class="nhsuk-u-margin-bottom-2">{text}</p>' if text else ""


def _shortened(text: str) -> str:
    """`text`, cut between two words where it is much too long."""
    if len(text) <= SUMMARY + LEEWAY:
        return text
    return text[: SUMMARY - 3].rsplit(" ", 1)[0] + "..."


@lru_cache(maxsize=2_000)
def _facts(capabilities: tuple[str, ...], hosting: str) -> str:
    """What it does and where it runs, which many products have in common."""
    facts = [escape(name) for name in capabilities[:FEW]]
    if more := len(capabilities[FEW:]):
        facts.append(f"and {format_plural(more, 'more capability', 'more capabilities')}")
    if hosting:
        facts.append(escape(hosting))
    if not facts:
        return ""
    items = "".join([f"<li>{fact}</li>" for fact in facts])
    return f"""\
          <ul class="registry-facts">
{items}\
          </ul>
"""
