"""Which of the natural keys that a file speaks of the register has, and under which row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from procurement.buyers.models import Organisation
from procurement.interchange.rules.reading import Record, identity
from procurement.interchange.rules.references import Known, meant_by
from registry.catalogue.models import Product, Supplier
from registry.common.puts import batches
from registry.evidence.models import Submission
from registry.probes.models import Endpoint
from registry.standards.models import Capability, Criterion, Standard, StandardVersion

Rows = Iterator[tuple[tuple, int]]


class Keys:
    """Natural keys to primary keys, for what some records are or speak of."""

    def __init__(self, records: Iterable[Record]):
        self._wanted: dict[str, set[tuple]] = defaultdict(set)
        self._ids: dict[str, dict[tuple, int]] = {}
        for record in records:
            self._wanted[record.kind.name].add(record.key)
            for _, kind, key, _ in meant_by(record):
                self._wanted[kind].add(key)
        for kind in _READERS:
            self.learn(kind)

    def learn(self, kind: str) -> None:
        """Read the keys of this kind again, after some were added."""
        wanted = self._wanted.get(kind)
        if wanted and kind in _READERS:
            self._ids[kind] = dict(_READERS[kind](wanted))

    def id(self, kind: str, *key) -> int:
        """The primary key; `KeyError` when there is none."""
        return self._ids[kind][key]

    def standard(self, code: str) -> int:
        """The primary key of the standard under this code."""
        return self.id("standard", identity(code))

    def known(self) -> Known:
        """The same for the rules."""
        keys = {kind: set(ids) for kind, ids in self._ids.items()}
        return Known(keys, _forms() if self._wanted.get("proof") else {})


def products_of(endpoint_ids: set[int]) -> set[int]:
    """Whose endpoints these are, by primary key."""
    return {
        product
        for ids in batches(endpoint_ids)
        for product in Endpoint.objects.filter(pk__in=ids).values_list("product", flat=True)
    }


def _standards(_: set[tuple]) -> Rows:
    for pk, code in Standard.objects.values_list("pk", "code"):
        yield (identity(code),), pk


def _versions(_: set[tuple]) -> Rows:
    rows = StandardVersion.objects.order_by().values_list("pk", "standard__code", "version")
    for pk, code, version in rows:
        yield (identity(code), version), pk


def _criteria(_: set[tuple]) -> Rows:
    rows = Criterion.objects.order_by().values_list(
        "pk", "version__standard__code", "version__version", "code"
    )
    for pk, standard, version, code in rows:
        yield (identity(standard), version, code), pk


def _forms() -> dict[tuple[str, str, str], frozenset[str]]:
    rows = Criterion.objects.order_by().values_list(
        "version__standard__code", "version__version", "code", "proofs"
    )
    return {
        (identity(standard), version, code): frozenset(proofs)
        for standard, version, code, proofs in rows
    }


def _by(model: type, name: str):
    """Rows of `model` by the one field that is their natural key."""

    def rows(wanted: set[tuple]) -> Rows:
        for values in batches(key[0] for key in wanted):
            found = model.objects.filter(**{f"{name}__in": values}).order_by()
            for pk, value in found.values_list("pk", name):
                yield (value,), pk

    return rows


def _endpoints(wanted: set[tuple]) -> Rows:
    for refs in batches({product for product, _ in map(_endpoint_key, wanted)}):
        found = Endpoint.objects.filter(product__ref__in=refs).order_by()
        for pk, product, url in found.values_list("pk", "product__ref", "url"):
            yield (product, url), pk


def _endpoint_key(key: tuple) -> tuple[str, str]:
    return key[0], key[1]


_READERS = {
    "capability": _by(Capability, "ref"),
    "standard": _standards,
    "version": _versions,
    "criterion": _criteria,
    "organisation": _by(Organisation, "ods"),
    "supplier": _by(Supplier, "ref"),
    "product": _by(Product, "ref"),
    "endpoint": _endpoints,
    "proof": _by(Submission, "ref"),
}
