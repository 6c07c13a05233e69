"""The checks: one small file each. A file put here registers itself by its decorator.

Nothing in a check touches the network, the clock or the database.
"""

from importlib import import_module
from pkgutil import iter_modules

from registry.probes.checks.base import Check, Seen, all_checks, get_check, title_of
from registry.probes.checks.judging import judge

_MACHINERY = {"base", "judging", "reading"}
for _module in iter_modules(__path__):
    if _module.name not in _MACHINERY:
        import_module(f"{__name__}.{_module.name}")

__all__ = ["Check", "Seen", "all_checks", "get_check", "judge", "title_of"]
