"""The Jinja2 environment of every page: NHS macros, our filters and links."""

from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from registry.common import (
    facet_boxes,
    form_rendering,
    formatting,
    links,
    sparkline_svg,
    timeline_svg,
)
from registry.compliance.presenters import results, words
from registry.probes.checks import title_of

FILTERS = {
    "date": formatting.format_date,
    "date_short": formatting.format_date_short,
    "datetime": formatting.format_datetime,
    "ago": formatting.format_ago,
    "period": formatting.format_period,
    "left": formatting.format_left,
    "money": formatting.format_money,
    "number": formatting.format_number,
    "plural": formatting.format_plural,
    "check_name": title_of,
    "organisation": formatting.format_organisation,
    "moment": formatting.format_moment,
    "default_dash": formatting.format_nothing,
}


def url(name: str, *args, **kwargs) -> str:
    """The address of a named page: `url("product", ref=product.ref)`."""
    return _reversed(get_script_prefix(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=10_000)
def _reversed(prefix: str, name: str, args: tuple, kwargs: tuple) -> str:
    """An address is the same every time, and a page of results has many."""
    return reverse(name, args=args or None, kwargs=dict(kwargs) or None)


@lru_cache(maxsize=1_000)
def asset(path: str) -> str:
    """The address of a static file, which is the same while the process lives."""
    return static(path)


class PlainEnvironment(Environment):
    """An environment whose templates hold the globals as a plain dict.

    Jinja chains them to the environment's, so that those may change later. Ours do not, and every
    template that is rendered, included or imported from reads all of them.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> dict[str, Any]:
        return {**self.globals, **(d or {})}


def environment(**options) -> Environment:
    """Called by Django's Jinja2 backend, whose loader of templates/ comes first."""
    options["loader"] = ChoiceLoader([options["loader"], PackageLoader("nhsuk_frontend_jinja")])
    # The NHS macros read parameters that callers may leave out, several levels deep.
    options["undefined"] = ChainableUndefined
    options["autoescape"] = True
    # As the NHS templates are written for; the pages come out a third shorter.
    options["trim_blocks"] = options["lstrip_blocks"] = True
    env = PlainEnvironment(**options)
    env.filters.update(FILTERS)
    env.globals.update(
        url=url,
        static=asset,
        link=links.link,
        query=links.query,
        breadcrumbs=links.breadcrumbs,
        back_link=links.back_link,
        field_params=form_rendering.field_params,
        form_errors=form_rendering.form_errors,
        draw_tag=formatting.draw_tag,
        last_day=formatting.last_day,
        draw_facets=facet_boxes.draw,
        draw_results=results.draw_results,
        code_list=words.code_list,
        outlook_words=words.outlook_words,
        stages_words=words.stages_words,
        stay_words=words.stay_words,
        stay_reason=words.stay_reason,
        draw_timeline=timeline_svg.draw,
        draw_sparkline=sparkline_svg.draw,
        describe_sparkline=sparkline_svg.describe,
        draw_values=sparkline_svg.draw_values,
    )
    return env
