"""What lists read of many products: their lines of verdicts, and which standards are to blame.

Statements, not querysets: building one with the ORM costs more than a page's rows do.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import connection
from psycopg2.extras import DateRange

from registry.compliance.selectors.statement import known

# A product's verdicts with the days they hold on, in no order.
Line = list[tuple[str, DateRange]]
# The codes of standards, by product, day and the status they have on it.
Blame = Mapping[tuple[int, date, str], tuple[str, ...]]

# Said of the end of a spell: `&&` sends each product to the index of exclusions, which takes many
# times as long as the covering one.
_LINES = """
    SELECT v.product_id, v.verdict, lower(v.period), upper(v.period)
    FROM compliance_verdictspell AS v
    WHERE v.product_id = ANY (%s) AND {known}
        AND (upper_inf(v.period) OR upper(v.period) > %s)
"""

_BLAMED = """
    SELECT asked.product_id, asked.day, asked.status,
        array_agg(standard.code ORDER BY standard.code)
    FROM unnest(%s::bigint[], %s::date[], %s::text[]) AS asked (product_id, day, status)
    JOIN compliance_spell AS spell ON spell.product_id = asked.product_id
        AND spell.period @> asked.day AND spell.status = asked.status AND {known}
    JOIN standards_standard AS standard ON standard.id = spell.standard_id
    GROUP BY asked.product_id, asked.day, asked.status
"""


def verdict_lines(
    product_ids: Iterable[int], *, since: date, known_at: datetime | None
) -> dict[int, Line]:
    """The verdicts on each of these products, from the one of the day `since` on. One query."""
    lines: dict[int, Line] = {pk: [] for pk in product_ids}
    held, moment = known("v", known_at)
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(known=held), [list(lines), *moment, since])
        # Its two ends come as dates; a period as text, which psycopg2 takes apart in Python.
        for pk, verdict, start, until in cursor.fetchall():
            lines[pk].append((verdict, DateRange(start, until)))
    return lines


def blamed(asked: Iterable[tuple[int, date, str]], *, known_at: datetime | None) -> Blame:
    """The standards with a status on a day, of each product (id), day and status asked about.

    One query, none when nothing is asked. What no standard has stays out of the answer.
    """
    asked = sorted(set(asked))
    if not asked:
        return {}
    held, moment = known("spell", known_at)
    found: dict[tuple, tuple[str, ...]] = defaultdict(tuple)
    with connection.cursor() as cursor:
        columns = [list(column) for column in zip(*asked, strict=True)]
        cursor.execute(_BLAMED.format(known=held), [*columns, *moment])
        for *key, codes in cursor.fetchall():
            found[tuple(key)] = tuple(codes)
    return found
