"""Answers to the whole of DTAC 2.0, all of which pass on 1 July 2026."""

from datetime import date

from registry.evidence.rules.questionnaire import Reply

ON = date(2026, 7, 1)
LINK = "https://www.example.com/evidence"


def passing(**changed: Reply) -> dict[str, Reply]:
    """Every answer that is asked; `changed` by code, with an underscore for each full stop."""
    proved = Reply("provided", link=LINK)
    said = {
        **{code: Reply("Said.") for code in ("A1", "A2", "A5", "A6", "A7", "A8", "A9", "A10")},
        "A3": Reply("4.2"),
        "A4": Reply("saas"),
        "A11": Reply("n/a"),
        "A12": Reply("n/a"),
        "B1": Reply("care"),
        "B2": Reply("It shows the record."),
        "B3": Reply("Clinicians, in three trials."),
        "B4": proved,
        "C1.1.1": Reply("no"),
        "C1.2": Reply("yes"),
        "C1.2.2": Reply("yes"),
        "C1.2.3": proved,
        "C1.2.4": proved,
        "C1.2.5": Reply("Rowan Mugwort, physician, GMC 0000000"),
        "C2.1": Reply("confirmed", {"ods_code": "8XX01", "published_on": "2026-06-20"}),
        "C2.2": Reply("yes"),
        "C2.2.1": Reply("provided", {"number": "Z0000000", "expires_on": "2026-12-31"}),
        "C2.2.2": proved,
        "C2.2.3": proved,
        "C2.2.4": Reply("n/a"),
        "C2.2.5": Reply("uk"),
        "C3.1": Reply("provided", {"number": "CE-1", "expires_on": "2027-03-01"}, link=LINK),
        "C3.2": Reply("no"),
        "C3.3": Reply("provided", {"tested_on": "2026-02-01", "highest_cvss": "5.4"}, link=LINK),
        "C3.4": Reply("confirmed"),
        "C3.5": Reply("yes"),
        "C3.5.1": Reply("yes"),
        "C3.6": Reply("yes"),
        "C4.1": Reply("no"),
        "C4.2": Reply("no"),
        "D1.1": proved,
        "D1.2": Reply("yes"),
        "D1.3": Reply("confirm"),
        "D1.4": Reply("yes"),
        "D1.4.1": Reply("plan"),
        "D1.4.2": Reply("By the end of the year."),
        "D1.4.3": Reply(LINK),
        "D1.5": Reply("99.95"),
    }
    return said | {code.replace("_", "."): reply for code, reply in changed.items()}
