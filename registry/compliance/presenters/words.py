"""How a verdict stands and until when, in words with links; the sentences of lists and answers.

Written here rather than in a template because a page of results says them fifty times: a macro
takes some 15 µs of CPU for each, these lines a fifth of that. Texts are escaped where they come
in; templates call these by name (config/jinja.py).
"""

from collections.abc import Sequence
from functools import lru_cache

from django.urls import get_script_prefix, reverse
from markupsafe import Markup, escape

from registry.common.formatting import format_date, format_plural, last_day
from registry.compliance.presenters.search import ProductRow
from registry.compliance.rules import Stay

# Of a long list of standards only so many are named.
FEW = 3


def code_list(codes: Sequence[str], most: int = FEW) -> Markup:
    """Standards by code, as links; only the first `most` of a long list."""
    return _codes(get_script_prefix(), tuple(codes), most)


@lru_cache(maxsize=10_000)
def _codes(prefix: str, codes: tuple[str, ...], most: int) -> Markup:
    """The same few standards are to blame on every page, under the same `prefix` of addresses."""
    links = [
        f'<a href="{escape(reverse("standard", kwargs={"code": code}))}">{escape(code)}</a>'
        for code in codes[:most]
    ]
    more = len(codes) - most
    end = f" and {format_plural(more, 'other standard')}" if more > 0 else ""
    return Markup(", ".join(links) + end)


def outlook_words(row: ProductRow) -> Markup:
    """How a product's verdict stands, and when it next stops or starts being compliant."""
    stops, starts = row.forecast.stops, row.forecast.starts
    if row.verdict != "compliant":
        then = f"compliant from {format_date(starts.day)}" if starts else _NEVER
        return Markup(f"{_standing(row)}; {then}")
    if not stops:
        return Markup("with no end known")
    again = f"; compliant again from {format_date(starts.day)}" if starts else ""
    last = format_date(last_day(stops.day))
    return Markup(f"until {last}; from then {_becomes(stops.verdict, row.because)}{again}")


_NEVER = "not known to become compliant"


def _standing(row: ProductRow) -> str:
    """What a product that is not compliant is instead, and until when."""
    starts, turns = row.forecast.starts, row.not_met_from
    if row.verdict == "non_compliant":
        return f"does not meet {code_list(row.not_met)}"
    if turns and not (starts and starts.day < turns):
        last = format_date(last_day(turns))
        return f"until {last}; from then it does not meet {code_list(row.not_met)}"
    if row.verdict == "nothing_required":
        return "no standard is required of it"
    return "excused, and not set to become non-compliant"


def _becomes(verdict: str, codes: Sequence[str]) -> str:
    """What is from the day of a turn on: "it no longer meets DCB0129"."""
    if verdict == "non_compliant":
        return f"it no longer meets {code_list(codes)}"
    if verdict == "exempt":
        return f"it is excused from {code_list(codes)}"
    return "no standard is required of it"


def stay_words(stay: Stay) -> Markup:
    """How long a product stays compliant from a day on, and what ends it."""
    passes = "Compliant or excused" if stay.term.allow_exempt else "Compliant"
    start = format_date(stay.term.start)
    if stay.fails_on is None:
        return Markup(f"{passes} from {start} on, with no end known.")
    reason = stay_reason(stay)
    if stay.begins:
        last, ends = format_date(last_day(stay.fails_on)), format_date(stay.fails_on)
        return Markup(
            f"{passes} from {start} until <strong>{last}</strong>; not on {ends}, because {reason}."
        )
    resumes = "No later day is known on which it is."
    if stay.resumes:
        resumes = f"From {format_date(stay.resumes)} it is."
    return Markup(f"Not {passes.lower()} on {start}, because {reason}. {resumes}")


def stay_reason(stay: Stay) -> Markup:
    """What ends a stay on the day on which it ends."""
    if stay.verdict == "nothing_required":
        return Markup("no standard is required of it on that day, which proves nothing")
    how = "is excused from" if stay.verdict == "exempt" else "does not meet"
    return Markup(f"it {how} {code_list(stay.because)} on that day")


def stages_words(stages: Sequence, within: bool = False) -> str:
    """ "Not met until 31 December 2026, then met until 1 June 2027, then not met".

    `within` a sentence, it begins with a small letter.
    """
    told = []
    for place, stage in enumerate(stages):
        word = stage.word.label.lower() if place or within else stage.word.label
        last = place == len(stages) - 1
        until = f" until {format_date(stage.until)}" if stage.until and not last else ""
        told.append(f"{word}{until}")
    words = ", then ".join(told)
    end = stages[-1].until if stages else None
    return f"{words} until {format_date(end)}" if end else words
