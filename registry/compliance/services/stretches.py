"""The last step of a refresh: what holds of each product around the day (ADR 0073)."""

from datetime import date

from django.db import connection

from registry.compliance.selectors.statement import sql
from registry.compliance.services.prepared import run_for_one


def write_stretches(*, product_ids: list[int] | None, on: date) -> None:
    """Write the stretches of these products (`None`: everyone's) around the day `on`.

    To be called in a refresh's turn, when what is held of the products agrees with the facts.
    """
    if product_ids is not None and len(set(product_ids)) == 1:
        given = {"product_id": product_ids[0], "day": on}
        run_for_one(sql("stretches.sql"), (("day", "date"),), given)
        return
    with connection.cursor() as cursor:
        cursor.execute(sql("stretches.sql"), {"product_ids": product_ids, "day": on})
