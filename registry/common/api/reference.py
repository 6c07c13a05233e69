"""The OpenAPI document in a shape that a page can print."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Field:
    """A parameter, or a name in an answer."""

    name: str
    type: str
    words: str = ""
    # The schema that describes it, to link to; empty for plain values.
    schema: str = ""
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """One thing that an address can be asked: to answer, or to do something."""

    id: str
    method: str
    path: str
    summary: str
    words: str
    parameters: list[Field]
    # What the answer holds.
    answer: Field
    # What is sent; nothing where it is only read.
    sent: Field | None = None

    @property
    def can_be_opened(self) -> bool:
        """Whether the address can be opened as it stands."""
        return self.method == "GET" and "{" not in self.path


@dataclass(frozen=True)
class Schema:
    """A kind of object, and its names."""

    name: str
    words: str
    fields: list[Field] = field(default_factory=list)


def operations(document: dict) -> list[Operation]:
    """Every GET and POST of the document, by path."""
    return [
        _operation(path, name.upper(), methods[name])
        for path, methods in sorted(document["paths"].items())
        for name in ("get", "post")
        if name in methods and _answer(methods[name]).get("content")
    ]


def _answer(method: dict[str, Any]) -> dict[str, Any]:
    """The answer where all goes well."""
    answers = method["responses"]
    return answers.get("200") or answers.get("201") or answers.get("202") or {}


def schemas(document: dict) -> list[Schema]:
    """Every kind of object, without the words of enums and the frames of pages."""
    found = document["components"]["schemas"]
    return [
        Schema(
            name=name,
            words=schema.get("description", ""),
            fields=[_field(key, each) for key, each in schema["properties"].items()],
        )
        for name, schema in sorted(found.items())
        if schema.get("type") == "object" and not name.startswith("Paginated")
    ]


def _operation(path: str, verb: str, method: dict[str, Any]) -> Operation:
    return Operation(
        id=method["operationId"],
        method=verb,
        path=path,
        summary=method.get("summary", path),
        words=method.get("description", ""),
        parameters=[_parameter(each) for each in method.get("parameters", [])],
        answer=_held(_answer(method)),
        sent=_held(method["requestBody"]) if "requestBody" in method else None,
    )


def _held(part: dict[str, Any]) -> Field:
    """What a request or an answer holds."""
    return _field("", next(iter(part["content"].values()))["schema"])


def _parameter(parameter: dict) -> Field:
    described = _field(parameter["name"], parameter["schema"])
    words = parameter.get("description", "") or described.words
    return Field(
        parameter["name"],
        described.type,
        words.split("\n\n* `")[0],
        described.schema,
        parameter.get("required", False),
    )


def _field(name: str, schema: dict) -> Field:
    kind, link = _type(schema)
    words = schema.get("description", "").split("\n\n* `")[0]
    # An enum's own words are a list of its values, which its type says already.
    words = "" if words.startswith("* `") else words
    return Field(name, kind, words, link)


def _type(schema: dict) -> tuple[str, str]:
    """What a value is in a few words, and the schema to link to."""
    if parts := schema.get("allOf") or schema.get("oneOf"):
        return _type(parts[0])
    if reference := schema.get("$ref", "").rpartition("/")[2]:
        return _named(reference)
    if schema.get("type") == "array":
        kind, link = _type(schema["items"])
        return f"list of {kind}", link
    if "enum" in schema:
        return "one of " + ", ".join(str(each) for each in schema["enum"] if each), ""
    words = schema.get("format") or schema.get("type", "any")
    return words + (" or null" if schema.get("nullable") else ""), ""


def _named(reference: str) -> tuple[str, str]:
    if reference.startswith("Paginated"):
        inner = reference.removeprefix("Paginated").removesuffix("List")
        return f"page of {inner}", inner
    return reference, reference if reference.endswith(("Facts", "Asked")) else ""
