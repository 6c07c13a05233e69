"""The Jinja2 environment of every page."""

from jinja2 import Environment


def environment(**options) -> Environment:
    """The environment that Django's Jinja2 backend renders with."""
    return Environment(**options)
