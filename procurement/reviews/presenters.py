"""The worklist's reasons and filters."""

from datetime import date

from procurement.reviews import selectors
from procurement.reviews.filters import OPEN_CHOICES
from procurement.reviews.selectors import Row
from registry.common.facets import Facet, FacetGroup
from registry.common.formatting import format_date


def reason(row: Row, *, on: date) -> str:
    """Why a contract is on the worklist, in one sentence."""
    name, standard = row.case.product.name, row.case.standard
    if row.first_day <= on:
        return f"{name} does not meet {standard}."
    return f"{name} will not meet {standard} from {format_date(row.first_day)}."


def facet_groups(cases, rows, *, chosen) -> list[FacetGroup]:
    """State, standard and region, each with the values that occur; `rows` is `None` for cases."""
    groups = [
        FacetGroup(
            name="state",
            legend="State of the case",
            options=_options(
                ((value, label, None) for value, label in OPEN_CHOICES), chosen, "state"
            ),
        ),
        FacetGroup(
            name="standard",
            legend="Standard",
            open=False,
            options=_options(
                (
                    (code, code if code == name else f"{code} {name}", count)
                    for code, name, count in selectors.standards_on_cases(cases)
                ),
                chosen,
                "standard",
            ),
        ),
    ]
    if rows is not None:
        regions = ((name, name, count) for name, count in selectors.regions_on_cases(rows))
        groups.append(
            FacetGroup(
                name="region",
                legend="Region of the buyer",
                open=False,
                options=_options(regions, chosen, "region"),
            )
        )
    return groups


def _options(values, chosen, name: str) -> list[Facet]:
    picked = set(chosen.getlist(name))
    return [
        Facet(value=value, label=label, count=count, selected=value in picked)
        for value, label, count in values
    ]
