"""OpenAPI documents as YAML: read as far as JSON could say the same, and no further."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.probes.rules.results import Result
from registry.probes.rules.yaml_documents import MAX_BYTES, read_yaml
from tests.probes.seeing import ask, visit

PASS, FAIL, UNKNOWN = Result.PASS, Result.FAIL, Result.UNKNOWN

GOOD = b"""\
%YAML 1.2
---
# Published with every release.
info:
  title: 'Practice record'
  version: "2.1"
openapi: 3.1.0
servers:
  - url: https://api.aldermoor.example/v2
paths:
  /patients:
    get:
      responses:
        200:
          description: |
            Patients: all of them,
            with `yes` and 007.
"""


def found(body: bytes):
    return ask("openapi.document", visit(openapi=body))


def test_a_good_document_passes_and_a_byte_order_mark_does_no_harm():
    assert (found(GOOD).result, found(GOOD).actual) == (PASS, "3.1.0")
    assert found(b"\xef\xbb\xbf" + GOOD.partition(b"---\n")[2]).result is PASS


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (b"https://api", b"http://api", "/servers/0/url"),
        (b"openapi: 3.1.0", b"openapi: 3.0", "/openapi"),
        (b"openapi: 3.1.0", b"swagger: '2.0'", "/swagger"),
        # Without quotes it is a number, and OpenAPI asks for a text.
        (b'"2.1"', b"2.1", "/info/version"),
        (b"  title: 'Practice record'\n", b"", "/info/title"),
        (b"paths:", b"info: {title: a, version: b}\npaths:", "/"),
        (b"openapi: 3.1.0", b"openapi: [3.1.0", "body"),
        (b"Practice", b"Pr\xe4ctice", "body"),
    ],
)
def test_what_is_wrong_is_found_where_it_is(old, new, where):
    assert old in GOOD
    finding = found(GOOD.replace(old, new))
    assert (finding.result, finding.where) == (FAIL, where), finding.message


@pytest.mark.parametrize(
    ("body", "actual"),
    [
        (GOOD + b"a: &a [1]\nb: *a\n", "YAML with an alias (*), which we do not follow"),
        (GOOD + b"a: !!python/object/apply:os.system [ls]\n",
         "YAML with a tag (!), which we do not read"),
        (GOOD + b"---\nopenapi: 3.1.0\n", "YAML of more than one document"),
        (GOOD + b"? [a, b]\n: c\n", "YAML with a name that is no text"),
        (GOOD + b"#" * MAX_BYTES, "YAML of more than 1,048,576 octets"),
    ],
)  # fmt: skip
def test_what_json_could_not_say_says_nothing(body, actual):
    finding = found(body)
    assert (finding.result, finding.actual) == (UNKNOWN, actual)


def test_what_is_nested_deeply_is_broken_off():
    finding = found(b"openapi: " + b"[" * 500_000)
    assert (finding.result, finding.actual) == (FAIL, "nested deeper than 64 levels")


def test_a_page_that_shows_yaml_is_a_page():
    assert found(b"<html><pre>\nopenapi: 3.1.0\n</pre></html>").result is FAIL


documents = st.recursive(
    st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(documents)
def test_what_was_written_is_read(value):
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    document = read_yaml(text.encode())
    assert (document.error, document.value, document.duplicate_names) == ("", value, ())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("Null", None), ("true", True), ("FALSE", False),
        ("yes", "yes"), ("no", "no"), ("12", 12), ("-7", -7), ("007", 7), ("1.50", 1.5),
        ("1e3", 1000.0), (".5", 0.5), ("1_000", "1_000"), ("0x1f", "0x1f"), (".nan", ".nan"),
        ("2026-07-01", "2026-07-01"), ("12:30:45", "12:30:45"), ("'12'", "12"), ('"~"', "~"),
        ("3.1.0", "3.1.0"), ("9" * 30, 1e30),
    ],
)  # fmt: skip
def test_a_scalar_is_what_the_core_schema_says(text, value):
    read = read_yaml(f"a: {text}\n".encode()).value["a"]
    assert (read, type(read)) == (value, type(value))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_body_breaks_the_reader(body):
    document = read_yaml(body)
    assert document.error == "" or document.value is None
