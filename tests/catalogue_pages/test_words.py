"""The sentences of verdicts: until when, what ends it, and which standards are to blame."""

from datetime import date
from types import SimpleNamespace

from registry.compliance.enums import Verdict
from registry.compliance.presenters.words import code_list, outlook_words, stay_words
from registry.compliance.rules import Forecast, Stay, Term, Turn

START, END = date(2026, 3, 1), date(2027, 1, 1)
RECORD = '<a href="/standards/DCB0129/">DCB0129</a>'


def row(verdict: Verdict, *, stops=None, starts=None, not_met=(), not_met_from=None):
    return SimpleNamespace(
        verdict=verdict,
        not_met=not_met,
        because=not_met,
        not_met_from=not_met_from,
        forecast=Forecast(verdict, stops, starts),
    )


def test_only_the_first_standards_of_a_long_list_are_named():
    assert code_list(["DCB0129", "B", "C"]).count("<a ") == 3
    assert code_list(["DCB0129", "B", "C", "D"]).endswith("</a> and 1 other standard")
    assert code_list(["DCB0129"] * 9, 6).endswith("</a> and 3 other standards")
    assert code_list([]) == ""


def test_a_code_is_escaped():
    assert code_list(["a&b"]) == '<a href="/standards/a&amp;b/">a&amp;b</a>'


def test_what_is_compliant_says_until_when_and_what_comes_then():
    assert outlook_words(row(Verdict.COMPLIANT)) == "with no end known"
    stops = Turn(END, Verdict.COMPLIANT, Verdict.NON_COMPLIANT)
    said = outlook_words(row(Verdict.COMPLIANT, stops=stops, not_met=("DCB0129",)))
    assert said == f"until 31 December 2026; from then it no longer meets {RECORD}"


def test_what_is_not_compliant_says_why_and_when_it_will_be():
    failing = row(Verdict.NON_COMPLIANT, not_met=("DCB0129",))
    assert outlook_words(failing) == f"does not meet {RECORD}; not known to become compliant"
    starts = Turn(END, Verdict.EXEMPT, Verdict.COMPLIANT)
    assert outlook_words(row(Verdict.EXEMPT, starts=starts)) == (
        "excused, and not set to become non-compliant; compliant from 1 January 2027"
    )
    turning = row(Verdict.NOTHING_REQUIRED, not_met=("DCB0129",), not_met_from=END)
    assert outlook_words(turning) == (
        f"until 31 December 2026; from then it does not meet {RECORD};"
        " not known to become compliant"
    )


def test_a_stay_says_its_last_day_and_what_ends_it():
    term = Term(START, None, allow_exempt=True)
    ends = Stay(term, "compliant", END, "non_compliant", ("DCB0129",))
    assert stay_words(ends) == (
        "Compliant or excused from 1 March 2026 until <strong>31 December 2026</strong>;"
        f" not on 1 January 2027, because it does not meet {RECORD} on that day."
    )
    assert stay_words(Stay(Term(START), "compliant", None)) == (
        "Compliant from 1 March 2026 on, with no end known."
    )


def test_a_stay_that_never_begins_says_when_it_could():
    never = Stay(Term(START), "nothing_required", START, "nothing_required")
    assert stay_words(never) == (
        "Not compliant on 1 March 2026, because no standard is required of it on that day, which"
        " proves nothing. No later day is known on which it is."
    )
    later = Stay(Term(START), "exempt", START, "exempt", ("DCB0129",), resumes=END)
    assert stay_words(later).endswith(
        "is excused from " + RECORD + " on that day. From 1 January 2027 it is."
    )
