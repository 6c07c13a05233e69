"""One product and one standard in the API."""


def test_it_says_why_and_what_would_do(ask):
    answer = ask("products/aldermoor-record/standards/DCB0129/?as_of=2027-01-01")
    assert (answer["status"], answer["period"]) == ("not_met", ["2027-01-01", None])
    assert (answer["as_of"], answer["version"]) == ("2027-01-01", "4.2")
    must = answer["criteria"][0]
    assert must["told"] == [
        {
            "words": "Evidence safety-case expires after 31 December 2026.",
            "kind": "expired",
            "since": "2027-01-01",
            "page": "/evidence/safety-case/",
            "behind": [],
        }
    ]
    assert answer["remedy"] == {
        "from_day": "2027-01-01",
        "version": "4.2",
        "obstacle": "",
        "steps": [
            {
                "words": "Renew evidence safety-case for CSCR: it is valid only until "
                "31 December 2026.",
                "by_the_supplier": True,
                "page": "/evidence/safety-case/",
            }
        ],
    }


def test_what_is_met_needs_no_remedy(ask):
    answer = ask("products/aldermoor-record/standards/DAPB0129/")
    assert (answer["standard"], answer["status"], answer["remedy"]) == ("DCB0129", "met", None)


def test_what_is_not_there_or_not_understood_is_refused(ask):
    ask("products/nothing/standards/DCB0129/", status=404)
    ask("products/aldermoor-record/standards/NOTHING/", status=404)
    ask("products/brackenfell-draft/standards/DCB0129/", status=404)
    ask("products/aldermoor-record/standards/DCB0129/?as_of=x", status=400)
    ask("products/aldermoor-record/standards/DCB0129/?day=2027-01-01", status=400)
