"""What one field of a line may hold.

A reader takes the JSON value and gives back the value that the register keeps, or raises
`Refused` with the reason. A writer does the opposite.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

Reader = Callable[[Any], Any]
Days = tuple[date | None, date | None]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SLUG = re.compile(r"[A-Za-z0-9_-]+")
_AMOUNT = re.compile(r"\d{1,12}\.\d{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
_WEB_ADDRESS = re.compile(r"https?://[^\s\"<>]+")
# Control characters but tabs and line ends, and halves of surrogate pairs, which no UTF-8 holds.
_UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SHOWN = 60


class Refused(ValueError):
    """The value does not fit its field; the message is the reason."""


def shown(value: Any) -> str:
    """A value as a reason quotes it: short, and on one line."""
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def text(limit: int, *, blank: bool = False) -> Reader:
    """Text of at most `limit` characters; without control characters but tabs and line ends."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Refused(f"must be text, not {shown(value)}")
        if not blank and not value.strip():
            raise Refused("must not be empty")
        if len(value) > limit:
            raise Refused(f"is {len(value)} characters long; at most {limit} are kept")
        strange = _UNKEPT.search(value)
        if strange:
            raise Refused(f"contains the character U+{ord(strange[0]):04X}, which cannot be kept")
        return value

    return read


def slug(limit: int) -> Reader:
    """A reference that can stand in a URL: letters, digits, hyphen and underscore."""
    plain = text(limit)

    def read(value: Any) -> str:
        value = plain(value)
        if not _SLUG.fullmatch(value):
            raise Refused(f"{shown(value)} may hold only letters, digits, hyphens and underscores")
        return value

    return read


def web_address(limit: int) -> Reader:
    """A link to follow, or nothing; nothing but http and https, which no page can be fooled by."""
    plain = text(limit, blank=True)

    def read(value: Any) -> str:
        value = plain(value)
        if value and not _WEB_ADDRESS.fullmatch(value):
            raise Refused(f"must be a web address that starts with https://, not {shown(value)}")
        return value

    return read


def choice(options: Iterable[str]) -> Reader:
    """One of these words."""
    known = tuple(options)

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise Refused(f"{shown(value)} is not one of {', '.join(known)}")
        return value

    return read


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise Refused(f"must be true or false, not {shown(value)}")
    return value


def day(value: Any) -> date:
    """An ISO date such as "2024-02-29"."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise Refused(f"must be a date such as “2024-02-29”, not {shown(value)}")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Refused(f"{shown(value)} is not a day of the calendar") from error


def period(value: Any) -> Days:
    """`[from, until)` as two dates, `null` for open; at least one day."""
    if not isinstance(value, list) or len(value) != 2:
        raise Refused(f"must be two dates, from and until, not {shown(value)}")
    start, until = (None if end is None else day(end) for end in value)
    if start is not None and until is not None and start >= until:
        fault = "is empty" if start == until else "is turned round"
        raise Refused(f"the period {fault}: it runs from {start} until {until}")
    if until == date.min:
        raise Refused(f"the period is empty: no day of the calendar comes before {until}")
    return start, until


def nullable(reader: Reader) -> Reader:
    """The same, or `null`."""
    return lambda value: None if value is None else reader(value)


def unique(reader: Reader, *, least: int = 0) -> Reader:
    """A list without repetition, kept sorted."""
    plain = in_order(reader, least=least)
    return lambda value: tuple(sorted(plain(value)))


def in_order(reader: Reader, *, least: int = 0) -> Reader:
    """A list without repetition, in its own order."""

    def read(value: Any) -> list:
        if not isinstance(value, list):
            raise Refused(f"must be a list, not {shown(value)}")
        entries = [_entry(reader, place, entry) for place, entry in enumerate(value, 1)]
        if len(entries) < least:
            raise Refused(f"must name at least {least}")
        if len(set(entries)) != len(entries):
            twice = next(e for e in entries if entries.count(e) > 1)
            raise Refused(f"names {shown(twice)} twice")
        return entries

    return read


def _entry(reader: Reader, place: int, value: Any) -> Any:
    try:
        return reader(value)
    except Refused as reason:
        raise Refused(f"entry {place} {reason}") from reason


def several(*readers: Reader) -> Reader:
    """A list of exactly these parts, such as `["DCB0129", "4.2", "CSCR"]`."""

    def read(value: Any) -> tuple:
        if not isinstance(value, list) or len(value) != len(readers):
            raise Refused(f"must be a list of {len(readers)}, not {shown(value)}")
        parts = zip(readers, value, strict=True)
        return tuple(_entry(reader, place, part) for place, (reader, part) in enumerate(parts, 1))

    return read


def money(value: Any) -> tuple[Decimal, str]:
    """`{"amount": "1250000.00", "currency": "GBP"}`: text with two decimals, ISO 4217."""
    if not isinstance(value, dict) or set(value) != {"amount", "currency"}:
        raise Refused(f"must hold an amount and a currency, not {shown(value)}")
    amount, currency = value["amount"], value["currency"]
    if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
        raise Refused(f"amount must be text such as “1250000.00”, not {shown(amount)}")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise Refused(f"currency must be three capital letters, not {shown(currency)}")
    return Decimal(amount), currency


def json_object(value: Any) -> dict:
    """Any JSON object of text that can be kept."""
    if not isinstance(value, dict):
        raise Refused(f"must be an object, not {shown(value)}")
    _keep(value)
    return value


def _keep(value: Any) -> None:
    """Refuse text inside `value` that cannot be kept."""
    if isinstance(value, str):
        text(10_000, blank=True)(value)
    elif isinstance(value, dict):
        for key, entry in value.items():
            _keep(key)
            _keep(entry)
    elif isinstance(value, list):
        for entry in value:
            _keep(entry)


def check(value: Any) -> tuple[str, dict]:
    """`{"id": "tls.version", "params": {…}}`."""
    if not isinstance(value, dict) or set(value) != {"id", "params"}:
        raise Refused(f"must hold an id and params, not {shown(value)}")
    return text(60)(value["id"]), json_object(value["params"])


def as_written(value: Any) -> Any:
    """A kept value of dates, lists and plain JSON as the format writes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [as_written(part) for part in value]
    return value


def money_as_written(value: tuple[Decimal, str] | None) -> dict | None:
    """The opposite of `money`."""
    return value and {"amount": f"{value[0]:.2f}", "currency": value[1]}


def ordered(value: Any) -> Any:
    """The same JSON with the keys of every object in order: the database keeps none."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [ordered(entry) for entry in value]
    return value


def check_as_written(value: tuple[str, dict] | None) -> dict | None:
    """The opposite of `check`."""
    return value and {"id": value[0], "params": ordered(value[1])}
