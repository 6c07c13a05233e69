"""Whether what a file speaks of exists: in the file itself, on any line, or in the register."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from procurement.interchange.rules.reading import Reading, Record, identity

Criteria = dict[tuple[str, str, str], frozenset[str]]


@dataclass(slots=True)
class Known:
    """The natural keys that exist, by kind, and the forms that each criterion accepts."""

    keys: dict[str, set[tuple]] = field(default_factory=dict)
    forms: Criteria = field(default_factory=dict)

    def has(self, kind: str, key: tuple) -> bool:
        """Whether that key exists."""
        return key in self.keys.get(kind, ())

    def learn(self, records: list[Record]) -> None:
        """Add what the file itself says; its word on a criterion's forms is the newer one."""
        for record in records:
            self.keys.setdefault(record.kind.name, set()).add(record.key)
            if record.kind.name == "criterion":
                self.forms[record.key] = frozenset(record.values["proofs"])


# (field, kind of the thing meant, its key, what to call it)
Meant = tuple[str, str, tuple, str]


def meant_by(record: Record) -> Iterator[Meant]:
    """Everything that a record refers to."""
    yield from _POINTERS.get(record.kind.name, lambda values: iter(()))(record.values)


def _standard(values: dict) -> Iterator[Meant]:
    yield "standard", "standard", (identity(values["standard"]),), values["standard"]


def _scope(values: dict) -> Iterator[Meant]:
    yield from _standard(values)
    if values["capability"] is not None:
        yield "capability", "capability", (values["capability"],), values["capability"]


def _criterion(values: dict) -> Iterator[Meant]:
    yield from _standard(values)
    key = (identity(values["standard"]), values["version"])
    yield "version", "version", key, f"{values['standard']} {values['version']}"


def _superseded(values: dict) -> Iterator[Meant]:
    if values["superseded_by"] is not None:
        code = values["superseded_by"]
        yield "superseded_by", "standard", (identity(code),), code


def _one(name: str, kind: str) -> Callable[[dict], Iterator[Meant]]:
    def pointers(values: dict) -> Iterator[Meant]:
        yield name, kind, (values[name],), values[name]

    return pointers


def _both(*pointers: Callable[[dict], Iterator[Meant]]) -> Callable[[dict], Iterator[Meant]]:
    def together(values: dict) -> Iterator[Meant]:
        for each in pointers:
            yield from each(values)

    return together


def _proof(values: dict) -> Iterator[Meant]:
    yield "product", "product", (values["product"],), values["product"]
    for standard, version, code in values["criteria"]:
        key = (identity(standard), version, code)
        yield "criteria", "criterion", key, f"{standard} {version} {code}"
    if values["supersedes"] is not None:
        yield "supersedes", "proof", (values["supersedes"],), values["supersedes"]


def _spell(values: dict) -> Iterator[Meant]:
    product, url = values["endpoint"]
    yield "endpoint", "endpoint", (product, url), f"{url} of {product}"


def _products(values: dict) -> Iterator[Meant]:
    for ref in values["products"]:
        yield "products", "product", (ref,), ref


_POINTERS: dict[str, Callable[[dict], Iterator[Meant]]] = {
    "standard": _superseded,
    "scope": _scope,
    "version": _standard,
    "criterion": _criterion,
    "succession": _both(_one("predecessor", "organisation"), _one("successor", "organisation")),
    "product": _one("supplier", "supplier"),
    "claim": _both(_one("product", "product"), _one("capability", "capability")),
    "endpoint": _one("product", "product"),
    "proof": _proof,
    "check_spell": _spell,
    "dispensation": _both(_one("product", "product"), _standard),
    "contract": _both(_one("buyer", "organisation"), _one("supplier", "supplier"), _products),
}


def check(reading: Reading, known: Known) -> None:
    """Add to `reading` every reference to nothing, and every form that is not accepted.

    `known` is what the register holds already; it learns what the file says.
    """
    known.learn(reading.records)
    for record in reading.records:
        for name, kind, key, called in meant_by(record):
            if not known.has(kind, key):
                reading.refuse(record.line, name, f"there is no {kind} {called}")
        _own_rules(record, known, reading)


def _own_rules(record: Record, known: Known, reading: Reading) -> None:
    values = record.values
    if record.kind.name == "proof":
        _proof_rules(record, known, reading)
    elif record.kind.name == "succession" and values["predecessor"] == values["successor"]:
        reading.refuse(record.line, "successor", "an organisation cannot follow itself")
    elif record.kind.name == "standard" and _supersedes_itself(values):
        reading.refuse(record.line, "superseded_by", "a standard cannot supersede itself")


def _supersedes_itself(values: dict) -> bool:
    other = values["superseded_by"]
    return other is not None and identity(other) == identity(values["code"])


def _proof_rules(record: Record, known: Known, reading: Reading) -> None:
    values, form = record.values, record.values["form"]
    for standard, version, code in values["criteria"]:
        accepted = known.forms.get((identity(standard), version, code))
        if accepted is not None and form not in accepted:
            wanted = ", ".join(sorted(accepted)) or "no evidence, only its check"
            reading.refuse(
                record.line,
                "form",
                f"{standard} {version} {code} does not accept {form}; it accepts {wanted}",
            )
    if values["supersedes"] == values["ref"]:
        reading.refuse(record.line, "supersedes", "evidence cannot supersede itself")
