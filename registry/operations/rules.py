"""Figures in Prometheus' text form, version 0.0.4. Pure.

After "Exposition formats" of Prometheus' documentation: one HELP and one TYPE a name, then its
samples; backslash and line feed are escaped in help, the double quote in label values too.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value, with what it is about: `{"task": "probes.sweep"}`."""

    value: float
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure by its name. `kind` is "gauge", or "counter" for what only ever grows.

    Names and labels are those of the code and fit the format; values of labels may be anything.
    """

    name: str
    words: str
    samples: tuple[Sample, ...]
    kind: str = "gauge"


def metric(name: str, words: str, value: float | None, *, kind: str = "gauge") -> Metric:
    """A figure of one value; without samples when the value is not known."""
    return Metric(name, words, () if value is None else (Sample(value),), kind)


def exposition(metrics: Iterable[Metric]) -> str:
    """The text that Prometheus reads. A metric without samples is left out."""
    return "".join(_lines(each) for each in metrics if each.samples)


def _lines(each: Metric) -> str:
    told = [
        f"# HELP {each.name} {_escaped(each.words)}",
        f"# TYPE {each.name} {each.kind}",
        *(f"{each.name}{_labels(one.labels)} {_number(one.value)}" for one in each.samples),
    ]
    return "\n".join(told) + "\n"


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    said = (f'{name}="{_escaped(value, quotes=True)}"' for name, value in labels.items())
    return "{" + ",".join(said) + "}"


def _escaped(text: str, *, quotes: bool = False) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quotes else text


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(float(value))
