"""Foreign keys point down, as imports do. String references escape an import linter."""

from itertools import chain

from django.apps import apps
from django.db.models import PROTECT, RESTRICT

from tests.house.building import NAMESPACES, PROJECT, floors


def _room(model) -> str:
    return ".".join(model.__module__.split(".")[:2])


def _own_models():
    return [
        model for model in apps.get_models(include_auto_created=True) if _room(model) in floors()
    ]


def _references(model):
    """Every field of the model itself that leads to another of our models."""
    own = chain(model._meta.local_fields, model._meta.local_many_to_many)
    for field in own:
        target = field.related_model
        if target is not None and not isinstance(target, str) and _room(target) in floors():
            yield field, target


def test_the_walk_sees_models_and_references():
    assert len(_own_models()) > 20
    assert sum(1 for model in _own_models() for _ in _references(model)) > 20


def test_every_foreign_key_points_down_or_stays_in_its_room():
    wrong = [
        f"{model.__name__}.{field.name} of {_room(model)} leads to {_room(target)}"
        for model in _own_models()
        for field, target in _references(model)
        if _room(target) != _room(model) and floors()[_room(target)] >= floors()[_room(model)]
    ]
    assert not wrong, "\n".join(wrong)


def test_every_room_is_installed_under_its_own_name():
    folders = {
        f"{namespace}.{path.parent.name}"
        for namespace in NAMESPACES
        for path in (PROJECT / namespace).glob("*/__init__.py")
    }
    installed = {config.name: config.label for config in apps.get_app_configs()}
    assert {room: installed.get(room) for room in folders} == {
        room: room.rpartition(".")[2] for room in folders
    }
    assert folders == set(floors())


# Rows that mean nothing without what they refer to, though that stands in another room.
GOES_WITH_IT = {
    "SupplierMembership.user": "a membership is the user's",
    "BuyerMembership.user": "a membership is the user's",
    "RefreshOwed.product": "work owed to a product that is gone is not owed",
    "Stretch.product": "what lists read of a product that is gone is read no more",
}


def test_what_another_room_refers_to_is_protected():
    """PROTECT is the rule; within its room a part may go with its whole."""
    deleted_with = {
        f"{model.__name__}.{field.name}"
        for model in _own_models()
        for field, target in _references(model)
        if not field.many_to_many
        and not model._meta.auto_created
        and _room(target) != _room(model)
        and field.remote_field.on_delete not in {PROTECT, RESTRICT}
    }
    assert deleted_with == set(GOES_WITH_IT)


def test_every_model_says_what_it_is():
    """Django writes a docstring of its own, "Name(field, …)", where there is none."""
    silent = [
        model.__name__
        for model in _own_models()
        if not model._meta.auto_created
        and (model.__doc__ or "").startswith((f"{model.__name__}(", "None"))
    ]
    assert silent == []
