"""The three fields that pages draw most, without the NHS macros' many options.

The NHS macros look at some forty parameters a field, most of them never given here: a date of
three boxes costs 3 ms of CPU, these lines a thirtieth of one. They write the same markup, which
tests/common/test_plain_fields.py holds them to. form_rendering.py is the only caller; what has
parameters beyond these goes to the NHS macros.
"""

from markupsafe import Markup, escape


def draw(kind: str, params: dict) -> Markup:
    """A `text`, `date` or `checkbox` field from the parameters of its NHS macro."""
    return Markup(_DRAW[kind](params))


def _text(params: dict) -> str:
    id_, label, error = escape(params["id"]), params["label"], params.get("errorMessage")
    classes = " nhsuk-input--error" if error else ""
    if width := params.get("width"):
        classes += f" nhsuk-input--width-{escape(width)}"
    return (
        f'<div class="nhsuk-form-group{_group(error)}">'
        f'<label class="nhsuk-label{_modifiers(label, "nhsuk-label")}" for="{id_}">'
        f"{escape(label['text'])}</label>{_before(params, id_)}"
        f'<input class="nhsuk-input{classes}" id="{id_}" name="{escape(params["name"])}"'
        f' type="{escape(params["type"])}" value="{escape(params["value"])}"'
        f"{_described(params, id_)}></div>"
    )


def _date(params: dict) -> str:
    id_, legend = escape(params["id"]), params["fieldset"]["legend"]
    error = params.get("errorMessage")
    boxes = "".join(_box(box, error) for box in params["items"])
    return (
        f'<div class="nhsuk-form-group{_group(error)}">'
        f'<fieldset class="nhsuk-fieldset" role="group"{_described(params, id_)}>'
        f'<legend class="nhsuk-fieldset__legend{_modifiers(legend, "nhsuk-fieldset__legend")}">'
        f"{escape(legend['text'])}</legend>{_before(params, id_)}"
        f'<div class="nhsuk-date-input" id="{id_}">{boxes}</div></fieldset></div>'
    )


def _box(box: dict, error: dict | None) -> str:
    id_ = escape(box["id"])
    classes = f"nhsuk-input{' nhsuk-input--error' if error else ''}"
    return (
        f'<div class="nhsuk-date-input__item"><div class="nhsuk-form-group{_group(error)}">'
        f'<label class="nhsuk-label nhsuk-date-input__label" for="{id_}">'
        f"{escape(box['label'])}</label>"
        f'<input class="{classes} nhsuk-input--width-{box["width"]} nhsuk-date-input__input"'
        f' id="{id_}" name="{escape(box["name"])}" type="text" value="{escape(box["value"])}"'
        ' inputmode="numeric"></div></div>'
    )


def _checkbox(params: dict) -> str:
    id_, item = escape(params["idPrefix"]), params["items"][0]
    checked = " checked" if item["checked"] else ""
    return (
        f'<div class="nhsuk-form-group{_group(params.get("errorMessage"))}">'
        f"{_before(params, id_)}"
        '<div class="nhsuk-checkboxes" data-module="nhsuk-checkboxes">'
        '<div class="nhsuk-checkboxes__item">'
        f'<input class="nhsuk-checkboxes__input" id="{id_}" name="{escape(params["name"])}"'
        f' type="checkbox" value="{escape(item["value"])}"{checked}{_described(params, id_)}>'
        f'<label class="nhsuk-label nhsuk-checkboxes__label" for="{id_}">'
        f"{escape(item['text'])}</label></div></div></div>"
    )


_DRAW = {"text": _text, "date": _date, "checkbox": _checkbox}


def _group(error: dict | None) -> str:
    return " nhsuk-form-group--error" if error else ""


def _before(params: dict, id_: str) -> str:
    hint, error = params.get("hint"), params.get("errorMessage")
    said = f'<div class="nhsuk-hint" id="{id_}-hint">{escape(hint["text"])}</div>' if hint else ""
    if error:
        said += (
            f'<span class="nhsuk-error-message" id="{id_}-error">'
            '<span class="nhsuk-u-visually-hidden">Error: </span>'
            f"{escape(error['text'])}</span>"
        )
    return said


def _described(params: dict, id_: str) -> str:
    ids = [f"{id_}-hint"] if params.get("hint") else []
    ids += [f"{id_}-error"] if params.get("errorMessage") else []
    return f' aria-describedby="{" ".join(ids)}"' if ids else ""


def _modifiers(label: dict, block: str) -> str:
    size = f" {block}--{escape(label['size'])}" if label.get("size") else ""
    return size + (f" {escape(label['classes'])}" if label.get("classes") else "")
