"""SMART configurations, OpenAPI documents and security.txt files as trees of topics."""

from typing import Any

_LISTS_OF_SMART = {
    "scopes_supported": "Scopes",
    "capabilities": "Capabilities",
    "code_challenge_methods_supported": "PKCE methods",
    "grant_types_supported": "Grant types",
    "response_types_supported": "Response types",
    "token_endpoint_auth_methods_supported": "Client authentication methods",
}
# The fixed fields of a Path Item that hold an operation (OpenAPI 3.1, 4.8.9).
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
OPERATIONS = "Operations"
PATHS = "Paths"


def smart_tree(value: dict[str, Any]) -> dict[str, Any]:
    """Lists by what they list; every other member under "Keys"."""
    tree: dict[str, Any] = {"Keys": dict(value)}
    for name, topic in _LISTS_OF_SMART.items():
        tree[topic] = []
        # A list that came or went is a key that did, and what is in it too.
        if isinstance(value.get(name), list):
            tree[topic] = value[name]
            tree["Keys"][name] = "a list"
    return tree


def is_openapi(value: Any) -> bool:
    """Whether a value is an OpenAPI or Swagger document."""
    return isinstance(value, dict) and ("openapi" in value or "swagger" in value)


def openapi_tree(value: dict[str, Any]) -> dict[str, Any]:
    """Version, servers, paths and, under each path, its operations."""
    rest = dict(value)
    tree: dict[str, Any] = {
        "Release": {name: rest.pop(name) for name in ("openapi", "swagger") if name in rest},
        "Version": {},
        "Servers": rest.pop("servers", []),
        PATHS: {},
        OPERATIONS: {},
        "Other": rest,
    }
    if isinstance(info := rest.get("info"), dict):
        rest["info"] = {name: info[name] for name in info if name != "version"}
        tree["Version"] = {"version": info["version"]} if "version" in info else {}
    if isinstance(paths := rest.get("paths"), dict):
        rest.pop("paths")
        for path, item in paths.items():
            _take_path(tree, path, item)
    return tree


def _take_path(tree: dict[str, Any], path: str, item: Any) -> None:
    if not isinstance(item, dict):
        tree[PATHS][path] = item
        tree[OPERATIONS][path] = {}
        return
    tree[PATHS][path] = {name: item[name] for name in item if name not in METHODS}
    tree[OPERATIONS][path] = {name.upper(): item[name] for name in METHODS if name in item}


def security_tree(text: str) -> dict[str, Any]:
    """The fields of a security.txt file (RFC 9116); what is no field, by line."""
    fields: dict[str, list[str]] = {}
    lines = []
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip() and not line.startswith("#") and " " not in name.strip():
            fields.setdefault(name.strip().title(), []).append(value.strip())
        elif line.strip():
            lines.append(line.strip())
    # A field that stands once on both sides was changed; of several each came or went.
    once = {name: values[0] if len(values) == 1 else values for name, values in fields.items()}
    return {"Fields": once, "Lines": lines}
