"""What each shelf may and may not do, read from the source."""

import ast

from tests.house.building import INTERFACES, PROJECT, floors, imports_of, modules, own_files

# Interfaces translate; reading rows is a selector's or queryset's work, writing a service's.
WRITES = {"save", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# How a room is entered from another one.
DOORS = {"rules", "querysets", "models", "selectors", "services", "enums"}
# Doors of one room alone: a registry that rooms above write into, and the catalogue of checks.
OWN_DOORS = {"registry.operations": {"backlogs"}, "registry.probes": {"checks"}}
CLOCKS = {
    ("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"),
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("functions", "Now"),
}  # fmt: skip
CACHES = {"cache", "caches"}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "misc", "tools", "managers"}


def _interfaces():
    return [module for module in modules() if module.shelf in INTERFACES]


def _below_interfaces():
    """Everything but interfaces.

    Left out as well: `common`, whose `moments` is where interfaces ask for the time; `apps`,
    which ties the status page's readers to it; and the simulated endpoints, which are a world
    outside of the registry.
    """
    others = INTERFACES | {"apps", "simulation"}
    return [
        module
        for module in modules()
        if module.shelf not in others and module.room != "registry.common"
    ]


def _calls(node, names):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in names
    )


def _is_atomic(function):
    return any(ast.unparse(each).endswith("atomic") for each in function.decorator_list)


def test_interfaces_touch_no_manager_and_write_nothing():
    wrong = []
    for module in _interfaces():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
                wrong.append(f"{module.at(node)} .{node.attr}")
            elif _calls(node, WRITES):
                wrong.append(f"{module.at(node)} .{node.func.attr}()")
    assert not wrong, "\n".join(wrong)


def test_nobody_below_an_interface_reads_the_clock():
    wrong = []
    for module in _below_interfaces():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if (node.value.id, node.attr) in CLOCKS:
                    wrong.append(f"{module.at(node)} {node.value.id}.{node.attr}")
            elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
                wrong.append(f"{module.at(node.value)} {node.arg}")
        wrong += [
            f"{module.at(node)} Now"
            for name, node in imports_of(module)
            if name.startswith("django.db.models.functions") and name.endswith(".Now")
        ]
    assert not wrong, "\n".join(wrong)


def test_now_and_on_have_no_default():
    """But for filters: the API's description makes each once without any argument."""
    wrong = []
    for module in _below_interfaces():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.FunctionDef) or module.shelf == "filters":
                continue
            given = node.args
            plain = [*given.posonlyargs, *given.args]
            with_default = plain[len(plain) - len(given.defaults) :] + [
                argument
                for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
                if default is not None
            ]
            wrong += [
                f"{module.at(node)} {node.name}({argument.arg}=…)"
                for argument in with_default
                if argument.arg in {"now", "on"}
            ]
    assert not wrong, "\n".join(wrong)


def test_other_rooms_enter_by_the_doors():
    wrong = []
    for module in modules():
        for name, node in imports_of(module):
            room = ".".join(name.split(".")[:2])
            if room not in floors() or room in {module.room, "registry.common"}:
                continue
            if name.split(".")[2] not in DOORS | OWN_DOORS.get(room, set()):
                wrong.append(f"{module.at(node)} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_no_model_signals():
    wrong = [
        f"{module.at(node)} {name}"
        for module in modules()
        for name, node in imports_of(module)
        if name.startswith("django.db.models.signals")
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_below_an_interface_enqueues():
    """The row remembers the work; a task picks it up (house rule 9)."""
    wrong = [
        f"{module.at(node)} .{node.func.attr}()"
        for module in _below_interfaces()
        for node in ast.walk(module.tree)
        if _calls(node, {"delay", "apply_async", "send_task"})
    ]
    assert not wrong, "\n".join(wrong)


def test_a_service_that_writes_is_called_by_keyword_and_typed():
    wrong, seen = [], 0
    for module in modules():
        for node in module.tree.body if module.shelf == "services" else ():
            if not isinstance(node, ast.FunctionDef) or not _is_atomic(node):
                continue
            seen += 1
            where = f"{module.at(node)} {node.name}"
            if node.args.args or node.args.posonlyargs:
                wrong.append(f"{where} takes positional arguments")
            if any(argument.annotation is None for argument in node.args.kwonlyargs):
                wrong.append(f"{where} has an argument without type")
            if node.returns is None:
                wrong.append(f"{where} does not say what it returns")
    assert not wrong, "\n".join(wrong)
    assert seen > 10


def test_names_say_what():
    wrong = [module.name for module in modules() if BANNED_NAMES & {module.shelf, module.path.stem}]
    assert not wrong, "\n".join(wrong)


def test_nobody_empties_the_cache_that_all_share():
    """`clear()` empties Redis whatever the prefix: the other worker's counts and queues as well."""
    wrong = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in own_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if _calls(node, {"clear"})
        and ast.unparse(node.func.value).split(".")[-1] in CACHES
        or _calls(node, {"flushdb", "flushall"})
    ]
    assert not wrong, "\n".join(wrong)
