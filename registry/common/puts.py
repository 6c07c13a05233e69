"""Bringing many rows into line with what is wanted, writing only the difference."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from psycopg2.extras import Range

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Put:
    """The rows that were added and those that were changed; the others were right already."""

    added: Sequence[Model] = ()
    changed: Sequence[Model] = ()

    @property
    def touched(self) -> list[Model]:
        """Everything that was written."""
        return [*self.added, *self.changed]

    def counts(self) -> dict[str, int]:
        """For the audit: how many were added and how many changed."""
        return {"added": len(self.added), "changed": len(self.changed)}


def put(
    model: type[Model],
    wanted: Mapping[tuple, dict[str, Any]],
    held: Iterable[Model],
    *,
    key: Callable[[Any], tuple],
) -> Put:
    """Make the rows of `model` say what `wanted` says by natural key.

    `held` are the rows that may have one of those keys, and `key` gives a row's. The values
    are by attribute name (`standard_id`, not `standard`). Rows that nobody wants stay as
    they are. The caller holds the transaction and a lock against a second put.
    """
    known = {key(row): row for row in held}
    added, changed = [], []
    for wanted_key, values in wanted.items():
        row = known.get(wanted_key)
        if row is None:
            added.append(model(**values))
        elif any(not same(getattr(row, name), value) for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    model._default_manager.bulk_create(added, batch_size=_BATCH)
    if changed:
        names = next(iter(wanted.values())).keys()
        fields = [model._meta.get_field(name).name for name in names]
        model._default_manager.bulk_update(changed, fields, batch_size=_BATCH)
    return Put(added, changed)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal; of periods, whether they hold the same days.

    PostgreSQL gives an open start back with another bracket than it was written with.
    """
    if isinstance(one, Range) and isinstance(other, Range):
        return (one.lower, one.upper) == (other.lower, other.upper)
    return bool(one == other)


def batches(values: Iterable[Any], size: int = _BATCH) -> Iterator[list[Any]]:
    """The values in lists short enough for one `IN`."""
    batch: list[Any] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
