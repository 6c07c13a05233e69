"""Every kind of field is drawn, keeps what was typed, and says what is wrong."""

import re
from datetime import date

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from registry.common.form_rendering import errors_of, field_params, form_errors
from registry.common.forms import DateField, DateParts, check_order
from tests.pages.gallery import EveryField


class Day(forms.Form):
    day = DateField(label="Valid from")


class Span(forms.Form):
    first = DateField(label="From")
    last = DateField(label="Until", required=False)

    def clean(self):
        check_order(self, "first", "last")


def typed(day, month, year) -> Day:
    return Day({"day_day": day, "day_month": month, "day_year": year})


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "MAR"])
def test_a_date_is_typed_in_three_boxes(month):
    form = typed("31", month, "2027")
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2027, 3, 31)


def test_a_date_in_an_address_may_be_plain():
    form = Day(QueryDict("day=2027-03-31"))
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2027, 3, 31)
    assert field_params(form["day"])["params"]["items"][1]["value"] == "3"


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        (("", "", ""), "Enter valid from"),
        (("31", "", "2027"), "Valid from must include a month"),
        (("", "", "2027"), "Valid from must include a day and month"),
        (("31", "2", "2027"), "Valid from must be a real date"),
        (("x", "2", "2027"), "Valid from must be a real date"),
        (("1", "2", "27"), "Valid from must have a year from 1948 to 2199"),
        (("1", "2", "99999"), "Valid from must be a real date"),
        (("1", "13", "2027"), "Valid from must be a real date"),
    ],
)
def test_a_wrong_date_is_said_in_words_and_kept(boxes, message):
    form = typed(*boxes)
    assert not form.is_valid()
    assert errors_of(form["day"]) == [message]
    drawn = field_params(form["day"])["params"]
    assert tuple(item["value"] for item in drawn["items"]) == boxes
    assert form_errors(form) == [{"text": message, "href": "#id_day_day"}]


@pytest.mark.parametrize("text", ["2027-02-31", "tomorrow", "31/3/2027", "20270331x"])
def test_a_wrong_plain_date_is_refused(text):
    form = Day({"day": text})
    assert not form.is_valid()
    assert errors_of(form["day"]) == ["Valid from must be a real date, like 2027-03-31"]


def test_an_end_must_be_after_its_start():
    form = Span({"first": "2027-01-01", "last": "2027-01-01"})
    assert errors_of(form["last"]) == ["Until must be after 1 January 2027"]
    assert Span({"first": "2027-01-01", "last": "2027-01-02"}).is_valid()
    assert Span({"first": "2027-01-01"}).is_valid()


def test_an_initial_date_stands_in_the_boxes():
    form = Day(initial={"day": date(2027, 3, 31)})
    assert form["day"].field.widget.parts(form["day"].value()) == DateParts("31", "3", "2027")
    same = Day(
        {"day_day": "31", "day_month": "3", "day_year": "2027"},
        initial={"day": date(2027, 3, 31)},
    )
    assert not same.has_changed()


def test_a_file_and_every_other_kind_are_accepted(client):
    form = EveryField(
        {
            "title": "A",
            "pages": "3",
            "kind": "pdf",
            "outcome": "accept",
            "criteria": ["a"],
            "sure": "on",
            "valid_from": "2026-01-01",
        },
        {"document": SimpleUploadedFile("a.pdf", b"%PDF")},
    )
    assert form.is_valid(), form.errors


@pytest.mark.django_db
@pytest.mark.urls("tests.pages.gallery")
class TestOnThePage:
    """The same through the template."""

    def test_what_was_typed_is_kept_to_the_letter(self, client):
        notes = "first line\n  second, indented\n</textarea><b>"
        page = client.post(
            "/gallery/",
            {
                "title": '"quoted" <b>',
                "notes": notes,
                "kind": "xml",
                "outcome": "return",
                "criteria": ["b"],
                "several": ["y"],
                "valid_from_day": "31",
                "valid_from_month": "2",
                "valid_from_year": "2027",
                "secret": "not shown again",
            },
        )
        page = re.sub(r"\s+>", ">", page.content.decode())
        assert 'value="&#34;quoted&#34; &lt;b&gt;"' in page
        assert "first line\n  second, indented\n&lt;/textarea&gt;&lt;b&gt;</textarea>" in page
        assert '<option value="xml" selected>' in page
        assert '<option value="y" selected>' in page
        assert 'value="return" checked' in page
        assert 'value="b" checked' in page
        assert 'name="valid_from_month" type="text" value="2"' in page
        assert "not shown again" not in page

    def test_every_error_leads_to_its_field(self, client):
        page = client.post("/gallery/", {"title": ""}).content.decode()
        assert "<title>Error: Every component" in page
        for target, words in [
            ("id_title", "Enter title"),
            ("id_kind", "Select kind"),
            ("id_outcome", "Select outcome"),
            ("id_criteria", "Select criteria"),
            ("id_document", "Select document"),
            ("id_valid_from_day", "Enter valid from"),
        ]:
            assert f'href="#{target}"' in page, target
            assert f'id="{target}"' in page, target
            assert page.count(words) >= 2, words

    def test_hints_are_tied_to_their_fields(self, client):
        page = client.get("/gallery/").content.decode()
        assert 'aria-describedby="id_title-hint"' in page
        assert 'id="id_title-hint"' in page
        assert "Say what would do" in page
        assert "Issuer&#39;s email (optional)" in page
