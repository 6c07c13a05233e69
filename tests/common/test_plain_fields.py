"""The fields that we draw ourselves are, mark for mark, those of the NHS macros."""

import re

import pytest
from django.template import engines

from registry.common import plain_fields

NHS = """
{% from "nhsuk/components/input/macro.jinja" import input as text %}
{% from "nhsuk/components/date-input/macro.jinja" import dateInput as date %}
{% from "nhsuk/components/checkboxes/macro.jinja" import checkboxes as checkbox %}
"""
OURS = """
{% macro text(params) %}{{ draw_field("text", params) }}{% endmacro %}
{% macro date(params) %}{{ draw_field("date", params) }}{% endmacro %}
{% macro checkbox(params) %}{{ draw_field("checkbox", params) }}{% endmacro %}
"""
LABELS = [
    {"text": "Fish & chips <1>"},
    {"text": "Words", "size": "s"},
    {"text": "Words", "size": "m", "classes": "nhsuk-u-visually-hidden"},
]
AROUND = [
    {},
    {"hint": {"text": 'Say "when" & why'}},
    {"errorMessage": {"text": "Enter <words>"}},
    {"hint": {"text": "Words"}, "errorMessage": {"text": "Enter words"}},
]


def drawn(macros: str, kind: str, params: dict) -> str:
    """The markup without the space between marks and words, which browsers do not show."""
    template = engines["jinja2"].from_string(f"{macros}{{{{ {kind}(params) }}}}")
    html = template.render({"params": params, "draw_field": plain_fields.draw})
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", " ".join(html.split()))


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("value", ["", 'a "quoted" & <marked> word'])
@pytest.mark.parametrize(("type_", "width"), [("text", None), ("email", 20)])
def test_a_text_box(label, around, value, type_, width):
    params = {"id": "id_q", "name": "q", "label": label, "type": type_, "value": value}
    params |= {"width": width, **around}
    assert drawn(OURS, "text", params) == drawn(NHS, "text", params)


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("typed", [("", "", ""), ("1", "July", '2026"<')])
def test_a_date_of_three_boxes(label, around, typed):
    boxes = [
        {"id": f"id_on_{part}", "name": f"on_{part}", "label": part, "value": value, "width": width}
        for part, value, width in zip(("Day", "Month", "Year"), typed, (2, 2, 4), strict=True)
    ]
    params = {"id": "id_on", "name": "on", "fieldset": {"legend": label}, "items": boxes, **around}
    assert drawn(OURS, "date", params) == drawn(NHS, "date", params)


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("checked", [True, False])
def test_one_checkbox(around, checked):
    item = {"value": "on", "text": "Let <it> pass", "checked": checked}
    params = {"id": None, "idPrefix": "id_let", "name": "let", "items": [item], **around}
    assert drawn(OURS, "checkbox", params) == drawn(NHS, "checkbox", params)
