"""Turns any bound field of Django into the parameters of the NHS macro that draws it.

`templates/components/form.html` is the only caller; it draws every form of the registry.
"""

from collections.abc import Hashable

from django import forms
from django.forms import BoundField

from registry.common import plain_fields
from registry.common.forms import DateInputs
from registry.common.keeping import Kept

# Most telling class first: a widget is drawn by the first kind it is an instance of.
_KINDS = (
    (DateInputs, "date"),
    (forms.HiddenInput, "hidden"),
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.Select, "select"),
    (forms.CheckboxInput, "checkbox"),
)
_CHOSEN = {"select", "radios", "checkboxes", "checkbox", "file"}
# Attributes that the macros have parameters for; the others are passed as they are.
_OWN_ATTRIBUTES = {
    "id", "class", "width", "rows", "cols", "autocomplete", "placeholder", "required",
    "type", "disabled", "spellcheck", "inputmode", "autocapitalize", "aria-describedby",
    "aria-invalid", "maxlength", "minlength", "autofocus",
}  # fmt: skip


def kind_of(bound: BoundField) -> str:
    """Which macro draws the field: date, text, select …"""
    widget = bound.field.widget
    return next((kind for cls, kind in _KINDS if isinstance(widget, cls)), "text")


def errors_of(bound: BoundField) -> list[str]:
    """The field's errors, the bare "This field is required." said better."""
    bare = str(forms.Field.default_error_messages["required"])
    verb = "Select" if kind_of(bound) in _CHOSEN else "Enter"
    name = f"“{bound.label}”" if kind_of(bound) == "checkbox" else str(bound.label)
    lowered = name if name[:2].isupper() else name[:1].lower() + name[1:]
    return [f"{verb} {lowered}" if error == bare else str(error) for error in bound.errors]


def form_errors(*given: forms.BaseForm) -> list[dict]:
    """The error summary's list over one or several forms: text and the field to go to."""
    found = []
    for form in given:
        if not form.is_bound or form.is_valid():
            continue
        found += [{"text": str(error)} for error in form.non_field_errors()]
        for bound in form:
            target = f"#{_first_id(bound)}"
            found += [{"text": error, "href": target} for error in errors_of(bound)]
    return found


def _first_id(bound: BoundField) -> str:
    # Hidden fields have no place to go to: the page's form has.
    return bound.auto_id + ("_day" if kind_of(bound) == "date" else "")


# Fields that were drawn, of forms that share theirs; some 500 bytes each.
_drawn: Kept[tuple, dict] = Kept(most=2_000)


def field_params(bound: BoundField, **options) -> dict:
    """`{"kind": …, "params": …, "plain": …}` for the macro.

    `plain` is the whole field where it needs no NHS macro, and false otherwise.

    Options: `label_size` (s, m, l, xl), `rows`, `optional` (say "(optional)" beside the
    label; default yes), `label`, `hint` (instead of the form's own), `inline` (radios),
    `hide_label` (kept for screen readers only).
    """
    key = _key(bound, options)
    # Asked once: another thread may empty it in between.
    if kept := _drawn.get(key):
        return kept
    drawn = _params(bound, options)
    return _drawn.keep(key, drawn) if key and drawn["plain"] else drawn


def _key(bound: BoundField, options: dict) -> tuple | None:
    """What decides how a field looks, where all of it is known; `None` where it is not.

    A field that belongs to the form's class looks the same in all its forms, with the same value
    and no errors. The fields of most forms are copies, and their own.
    """
    field, value = bound.field, bound.value()
    shared = bound.form.base_fields.get(bound.name) is field
    if not shared or bound.name in bound.form.errors or not isinstance(value, Hashable):
        return None
    return field, bound.auto_id, bound.html_name, type(value), value, *options.items()


def _params(bound: BoundField, options: dict) -> dict:
    kind = kind_of(bound)
    errors = errors_of(bound)
    attrs = bound.field.widget.attrs
    params = {
        "id": bound.auto_id,
        "name": bound.html_name,
        "classes": attrs.get("class", ""),
        "disabled": bool(bound.field.disabled or attrs.get("disabled")),
        "attributes": {key: value for key, value in attrs.items() if key not in _OWN_ATTRIBUTES},
    }
    hint = options.get("hint", bound.help_text)
    if hint:
        params["hint"] = {"html" if hasattr(hint, "__html__") else "text": hint}
    if errors:
        params["errorMessage"] = {"text": " ".join(_sentences(errors))}
    params.update(_DRAW[kind](bound, _label(bound, kind, options), options))
    plain = kind in _PLAIN and _plain(params) and plain_fields.draw(kind, params)
    return {"kind": kind, "params": params, "plain": plain}


# The kinds that plain_fields.py draws, and what it leaves out.
_PLAIN = ("text", "date", "checkbox")
_FANCY = ("classes", "disabled", "attributes", "autocomplete", "spellcheck", "inputmode")


def _plain(params: dict) -> bool:
    """Whether a field needs nothing that only the NHS macros know."""
    hint = params.get("hint")
    return not any(params.get(name) for name in _FANCY) and (not hint or "text" in hint)


def _sentences(errors: list[str]) -> list[str]:
    return errors if len(errors) == 1 else [f"{error.rstrip('.')}." for error in errors]


def _label(bound: BoundField, kind: str, options: dict) -> dict:
    text = str(options.get("label") or bound.label)
    say_optional = options.get("optional", True) and not bound.field.required
    if say_optional and kind != "checkbox" and "optional" not in text.lower():
        text = f"{text} (optional)"
    label = {"text": text}
    if options.get("label_size"):
        label["size"] = options["label_size"]
    if options.get("hide_label"):
        label["classes"] = "nhsuk-u-visually-hidden"
    return label


def _text(bound: BoundField, label: dict, options: dict) -> dict:
    widget, attrs = bound.field.widget, bound.field.widget.attrs
    value = bound.value()
    params = {
        "label": label,
        "type": widget.input_type,
        "value": "" if value is None else str(value),
        "width": options.get("width") or attrs.get("width"),
        "autocomplete": attrs.get("autocomplete"),
        "spellcheck": attrs.get("spellcheck"),
        "inputmode": attrs.get("inputmode"),
    }
    if widget.input_type == "number":
        # The service manual: no spinners; a number pad all the same.
        whole = isinstance(bound.field, forms.IntegerField)
        params |= {"type": "text", "inputmode": "numeric" if whole else "decimal"}
    return params


def _password(bound: BoundField, label: dict, options: dict) -> dict:
    attrs = bound.field.widget.attrs
    return {"label": label, "autocomplete": attrs.get("autocomplete", "current-password")}


def _textarea(bound: BoundField, label: dict, options: dict) -> dict:
    rows = options.get("rows") or bound.field.widget.attrs.get("rows", 5)
    return {"label": label, "value": bound.value() or "", "rows": rows, "spellcheck": True}


def _file(bound: BoundField, label: dict, options: dict) -> dict:
    return {"label": label, "multiple": bool(bound.field.widget.attrs.get("multiple"))}


def _select(bound: BoundField, label: dict, options: dict) -> dict:
    items = [
        {
            "value": str(option["value"]),
            "text": str(option["label"]),
            "selected": option["selected"],
        }
        for option in _options(bound)
    ]
    params = {"label": label, "items": items}
    if bound.field.widget.allow_multiple_selected:
        size = str(min(len(items), 8))
        kept = {k: v for k, v in bound.field.widget.attrs.items() if k not in _OWN_ATTRIBUTES}
        params["attributes"] = {**kept, "multiple": "multiple", "size": size}
    return params


def _boxes(bound: BoundField, label: dict, options: dict) -> dict:
    hints = getattr(bound.field, "option_hints", {})
    items = []
    for option in _options(bound):
        item = {
            "value": str(option["value"]),
            "text": str(option["label"]),
            "checked": option["selected"],
        }
        if hint := hints.get(str(option["value"])):
            item["hint"] = {"text": hint}
        items.append(item)
    return {
        # The first box bears the field's name, where errors lead to; its group must not.
        "id": None,
        "idPrefix": bound.auto_id,
        "fieldset": {"legend": label},
        "items": items,
        "inline": options.get("inline", False),
        "small": options.get("small", False),
    }


def _checkbox(bound: BoundField, label: dict, options: dict) -> dict:
    item = {"value": "on", "text": label["text"], "checked": bool(bound.value())}
    return {"id": None, "idPrefix": bound.auto_id, "items": [item]}


def _date(bound: BoundField, label: dict, options: dict) -> dict:
    typed = bound.field.widget.parts(bound.value())
    items = [
        {
            "id": f"{bound.auto_id}_{part}",
            "name": f"{bound.html_name}_{part}",
            "label": part.capitalize(),
            "value": value,
            "width": 4 if part == "year" else 2,
        }
        for part, value in zip(typed._fields, typed, strict=True)
    ]
    return {"fieldset": {"legend": label}, "items": items}


def _hidden(bound: BoundField, label: dict, options: dict) -> dict:
    return {"html": bound}


def _options(bound: BoundField) -> list[dict]:
    """The widget's choices as Django would draw them: value, label, selected."""
    context = bound.field.widget.get_context(bound.html_name, bound.value(), {})
    return [option for _, group, _ in context["widget"]["optgroups"] for option in group]


_DRAW = {
    "text": _text,
    "password": _password,
    "textarea": _textarea,
    "file": _file,
    "select": _select,
    "radios": _boxes,
    "checkboxes": _boxes,
    "checkbox": _checkbox,
    "date": _date,
    "hidden": _hidden,
}
