"""The timeline picture and the sparkline: right edges, words and escapes."""

import re
from datetime import date
from xml.etree import ElementTree

from registry.common import sparkline_svg, timeline_svg
from registry.common.timeline_svg import Row, Spell, draw, status_on
from registry.compliance.enums import Status
from tests.pages.gallery import ROWS

ON = date(2026, 7, 1)
SVG = "{http://www.w3.org/2000/svg}"


def tree(rows, **options) -> ElementTree.Element:
    return ElementTree.fromstring(draw(rows, on=ON, title="Standards", **options))


def test_the_picture_has_a_name_and_says_what_holds_today():
    root = tree(ROWS)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Standards"
    told = root.find(f"{SVG}desc").text
    assert "On 1 July 2026: DCB0129" in told
    assert "FHIR R4 UK Core: Not required" in told


def test_bars_stand_where_their_days_are():
    row = Row("A", [Spell(Status.MET, date(2025, 1, 1), date(2026, 1, 1))])
    since, until = date(2024, 1, 1), date(2028, 1, 1)
    bar = tree([row], since=since, until=until).find(f".//{SVG}g/{SVG}rect")
    plot = timeline_svg.WIDTH - timeline_svg.LABELS
    left = timeline_svg.LABELS + plot * 366 / 1461
    assert float(bar.get("x")) == round(left, 1)
    assert abs(float(bar.get("width")) + 1 - plot * 365 / 1461) < 0.2


def test_spells_outside_the_window_are_left_out_and_open_ones_reach_its_edges():
    rows = [
        Row(
            "A",
            [
                Spell(Status.NOT_REQUIRED, None, date(2001, 1, 1)),
                Spell(Status.MET, date(2001, 1, 1), None),
            ],
        )
    ]
    bars = tree(rows).findall(f".//{SVG}g")
    assert [bar.get("class") for bar in bars] == ["registry-timeline__spell--met"]
    rect = bars[0].find(f"{SVG}rect")
    assert float(rect.get("x")) == timeline_svg.LABELS
    assert float(rect.get("x")) + float(rect.get("width")) == timeline_svg.WIDTH - 1


def test_statuses_differ_by_more_than_colour():
    drawn = draw(ROWS, on=ON, title="Standards", id="p")
    assert "url(#p-not_met)" in drawn
    assert "url(#p-exempt)" in drawn
    assert ">Not met</text>" in drawn
    assert " style=" not in drawn


def test_labels_are_escaped_and_cut_to_two_lines():
    rows = [Row("<script>alert(1)</script> & " + "word " * 40, [])]
    drawn = draw(rows, on=ON, title="<T>")
    assert "<script" not in drawn
    assert "&lt;T&gt;" in drawn
    labels = re.findall(r"registry-timeline__label[^>]*>([^<]*)<", drawn)
    assert len(labels) == 2
    assert labels[1].endswith("…")


def test_many_rows_are_drawn_dense():
    few = tree([Row(f"Standard {n}", []) for n in range(12)])
    many = tree([Row(f"Standard {n} " + "long " * 9, []) for n in range(50)])
    few_height, many_height = (int(root.get("viewBox").split()[3]) for root in (few, many))
    assert few_height / 12 > many_height / 50
    assert len(many.findall(f"{SVG}text[@class='registry-timeline__label']")) == 50


def test_the_first_day_of_a_spell_is_in_it_and_its_end_is_not():
    row = Row("A", [Spell(Status.MET, date(2026, 1, 1), date(2026, 7, 1))])
    assert status_on(row, date(2026, 1, 1)) == Status.MET
    assert status_on(row, date(2026, 7, 1)) is None
    assert status_on(row, date(2025, 12, 31)) is None


def test_a_sparkline_counts_what_it_shows():
    points = [True, True, False, None]
    root = ElementTree.fromstring(sparkline_svg.draw(points, title="Last visits"))
    assert root.get("aria-label") == "Last visits: 2 passed, 1 failed, 1 unknown"
    assert len(root.findall(f"{SVG}rect")) == 4
    assert "no results" in sparkline_svg.draw([], title="Last visits")


def test_measured_values_are_drawn_up_to_the_largest_and_said_in_words():
    picture = sparkline_svg.draw_values([0.1, None, 0.2, 0], title="Two <visits>")
    root = ElementTree.fromstring(picture)
    assert root.attrib["aria-label"] == "Two <visits>"
    assert [int(bar.attrib["height"]) for bar in root] == [11, 3, 22, 2]
    assert len(ElementTree.fromstring(sparkline_svg.draw_values([], title="None"))) == 0
