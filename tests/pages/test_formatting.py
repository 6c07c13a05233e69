"""How dates, periods, money and counts are written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import TextChoices
from django.http import QueryDict
from psycopg2.extras import DateRange

from registry.common import formatting, links
from registry.compliance.enums import Status


def test_dates_are_written_in_words():
    assert formatting.format_date(date(2026, 7, 1)) == "1 July 2026"
    assert formatting.format_date(None) == "no end"
    assert formatting.format_date(None, "open") == "open"
    assert formatting.format_date_short(date(2026, 7, 1)) == "1 Jul 2026"


def test_a_moment_is_shown_in_london():
    summer = datetime(2026, 6, 30, 23, 5, tzinfo=UTC)
    assert formatting.format_datetime(summer) == "1 July 2026 at 12:05am"
    assert formatting.format_date(summer) == "1 July 2026"
    assert formatting.format_datetime(datetime(2026, 1, 1, 12, 0, tzinfo=UTC)).endswith("midday")
    assert formatting.format_datetime(None) == "never"


def test_a_day_alone_as_a_moment_is_said_to_be_its_beginning():
    """Whoever writes a day may mean its end; "12:00am" is read as either."""
    midnight = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    assert formatting.format_datetime(midnight) == "1 July 2026 at midnight"
    assert formatting.format_moment(midnight) == "1 July 2026 at midnight, when that day began"
    later = datetime(2026, 7, 1, 13, 5, tzinfo=UTC)
    assert formatting.format_moment(later) == formatting.format_datetime(later)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=3, minutes=59), "3 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (-timedelta(days=2), "in 2 days"),
    ],
)
def test_how_long_ago(now, ago, words):
    assert formatting.format_ago(now - ago, now) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ((date(2026, 7, 1), date(2027, 7, 1)), "1 July 2026 to 30 June 2027"),
        ((date(2026, 7, 1), None), "from 1 July 2026"),
        ((None, date(2027, 7, 1)), "until 30 June 2027"),
        ((date(2026, 7, 1), date(2026, 7, 2)), "on 1 July 2026"),
        ((None, None), "always"),
        (DateRange(date(2026, 7, 1), None, "[)"), "from 1 July 2026"),
        (DateRange(empty=True), "no days"),
        (None, "no days"),
    ],
)
def test_a_period_is_shown_by_its_last_day(span, words):
    assert formatting.format_period(span) == words


def test_money_and_counts():
    assert formatting.format_money(1234567) == "£1,234,567"
    assert formatting.format_money(12.5, pence=True) == "£12.50"
    assert formatting.format_money(-3) == "−£3"
    assert formatting.format_plural(1, "contract") == "1 contract"
    assert formatting.format_plural(2000, "person", "people") == "2,000 people"
    assert "none" in formatting.format_money(None)
    assert formatting.format_nothing(0) == 0


def test_a_plain_string_is_no_status():
    assert formatting.tag_colour(Status.MET) == "green"
    with pytest.raises(TypeError, match="label"):
        formatting.tag_colour("met")


def test_a_changed_query_keeps_the_rest():
    params = QueryDict("standard=A&standard=B&page=3")
    assert links.query(params, page=4) == "?standard=A&standard=B&page=4"
    assert links.query(params, standard=None) == "?page=3"
    assert params["page"] == "3"


def test_links_are_escaped():
    assert links.link("<b>", '"x') == '<a href="&#34;x">&lt;b&gt;</a>'
    assert "&lt;i&gt;" in links.breadcrumbs([("<i>", "/")])


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        (
            "NHS HUMBER AND NORTH YORKSHIRE INTEGRATED CARE BOARD",
            "NHS Humber and North Yorkshire Integrated Care Board",
        ),
        ("NHS HUMBER AND NORTH YORKSHIRE ICB - 02Y", "NHS Humber and North Yorkshire ICB - 02Y"),
        ("NHS HARTLEPOOL AND STOCKTON-ON-TEES CCG", "NHS Hartlepool and Stockton-on-Tees CCG"),
        ("THE ROYAL WOLVERHAMPTON NHS TRUST", "The Royal Wolverhampton NHS Trust"),
        ("LIVERPOOL WOMEN'S NHS FOUNDATION TRUST", "Liverpool Women's NHS Foundation Trust"),
        ("GUY'S AND ST THOMAS' NHS TRUST", "Guy's and St Thomas' NHS Trust"),
        ("O'NEILL HOSPITAL", "O'Neill Hospital"),
        ("HENRY VII AND MARY II HOSPITAL", "Henry VII and Mary II Hospital"),
        ("CAMDEN - SUB-ICB REPORTING ENTITY", "Camden - Sub-ICB Reporting Entity"),
        ("LONDON - H&J COMMISSIONING HUB", "London - H&J Commissioning Hub"),
        ("NHS CENTRAL LONDON (WESTMINSTER) CCG", "NHS Central London (Westminster) CCG"),
        ("BATH, SWINDON AND WILTSHIRE", "Bath, Swindon and Wiltshire"),
        ("NHS England", "NHS England"),
        ("", ""),
        (None, ""),
    ],
)
def test_the_capitals_of_ods_are_made_readable(published, shown):
    assert formatting.format_organisation(published) == shown


def test_a_name_that_was_made_readable_stays():
    once = formatting.format_organisation("NHS SUSSEX ICB - 09D")
    assert formatting.format_organisation(once) == once


def test_tags_of_two_enums_that_share_a_value_are_each_their_own():
    class Light(TextChoices):
        GO = "go", "Go"
        colour = property(lambda self: "green")

    class Game(TextChoices):
        GO = "go", "A board game"
        colour = property(lambda self: "grey")

    assert "nhsuk-tag--green" in formatting.draw_tag(Light.GO)
    assert "A board game" in formatting.draw_tag(Game.GO)
    assert formatting.draw_tag(Light.GO, "<today>").endswith(
        '<span class="nhsuk-u-visually-hidden"> &lt;today&gt;</span></strong>'
    )
