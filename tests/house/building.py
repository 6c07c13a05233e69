"""What the house tests walk: every module of our own, with the room and shelf it stands on."""

import ast
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
NAMESPACES = ("registry", "procurement")
INTERFACES = {"views", "api", "admin", "tasks", "receivers", "management", "middleware", "urls"}


@dataclass(frozen=True)
class Module:
    """One source file; `room` and `shelf` are empty outside the rooms."""

    path: Path
    room: str
    shelf: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(), filename=str(self.path))

    @property
    def name(self) -> str:
        return str(self.path.relative_to(PROJECT))

    def at(self, node: ast.AST) -> str:
        """`registry/audit/models.py:12`, where an editor finds it."""
        return f"{self.name}:{node.lineno}"


@lru_cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the rooms, migrations left out: they are generated."""
    found = []
    for namespace in NAMESPACES:
        for path in sorted((PROJECT / namespace).rglob("*.py")):
            room, *rest = path.relative_to(PROJECT / namespace).parts
            if rest and "migrations" not in rest:
                found.append(Module(path, f"{namespace}.{room}", rest[0].removesuffix(".py")))
    return tuple(found)


def own_files() -> list[Path]:
    """Every Python file we write: rooms, switchboard, tests, benchmarks."""
    roots = [PROJECT / name for name in (*NAMESPACES, "config", "tests", "benchmarks")]
    found = [
        path for root in roots for path in root.rglob("*.py") if "migrations" not in path.parts
    ]
    return sorted(found) + [PROJECT / "manage.py"]


@lru_cache
def contracts() -> list[dict]:
    """The import contracts of pyproject.toml: the one place where floors are written down."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return settings["tool"]["importlinter"]["contracts"]


@lru_cache
def floors() -> dict[str, int]:
    """The height of each room, by its dotted name; rooms side by side share a height."""
    stack: list[str] = []
    for namespace in reversed(NAMESPACES):
        contract = next(each for each in contracts() if each.get("containers") == [namespace])
        for layer in contract["layers"]:
            stack.append("|".join(f"{namespace}.{room.strip()}" for room in layer.split("|")))
    heights = range(len(stack), 0, -1)
    return {
        room: height
        for layer, height in zip(stack, heights, strict=True)
        for room in layer.split("|")
    }


def imports_of(module: Module) -> list[tuple[str, ast.AST]]:
    """The dotted names a module imports, those inside functions too."""
    found: list[tuple[str, ast.AST]] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [(f"{node.module}.{alias.name}", node) for alias in node.names]
    return found
