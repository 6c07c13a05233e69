"""Addresses of drafts: standards editors alone know of them."""

from tests.access.ways import READ_ONLY, Way, answers, day, pk
from tests.access.world import World

_EDITORS = answers({"standards_editor"})
_FIRST_DAY = day("first_day", 2027, 1, 1)


def _change(world: World) -> dict:
    return {"id": world.whatif.pk, "change_id": world.whatif.changes.get().pk}


def _seen(world: World) -> dict:
    return {"seen": world.whatif_proposed.proposed_as, "reason": "The programme needs it."}


def _looked_at(name: str, thing: str = "whatif", about: str = "") -> Way:
    return Way(name, _EDITORS, READ_ONLY, about, kwargs=pk(thing))


DRAFTS = [
    Way("whatif_drafts", _EDITORS, READ_ONLY),
    Way(
        "whatif_new",
        _EDITORS,
        _EDITORS,
        data=lambda world: {"title": "Another", "reason": "A reason."},
        writes=True,
    ),
    _looked_at("whatif_draft"),
    _looked_at("whatif_draft", "whatif_proposed", "proposed"),
    _looked_at("whatif_compare"),
    _looked_at("whatif_compare_csv"),
    _looked_at("whatif_products_csv"),
    _looked_at("whatif_contracts_csv"),
    Way("whatif_change", _EDITORS, _EDITORS, kwargs=pk("whatif")),
    Way(
        "whatif_change",
        _EDITORS,
        _EDITORS,
        "filled in",
        query="kind=add-scope&standard=WCAG",
        kwargs=pk("whatif"),
        data=lambda world: _FIRST_DAY,
        writes=True,
    ),
    Way("whatif_change_remove", READ_ONLY, _EDITORS, kwargs=_change, writes=True),
    Way("whatif_copy", READ_ONLY, _EDITORS, kwargs=pk("whatif"), writes=True),
    Way("whatif_propose", READ_ONLY, _EDITORS, kwargs=pk("whatif"), writes=True),
    Way("whatif_take_back", READ_ONLY, _EDITORS, kwargs=pk("whatif_proposed"), writes=True),
    # Another editor proposed it: who proposed a thing never approves it.
    Way(
        "whatif_publish",
        _EDITORS,
        _EDITORS,
        kwargs=pk("whatif_proposed"),
        data=_seen,
        writes=True,
    ),
    Way(
        "whatif_reject",
        _EDITORS,
        _EDITORS,
        kwargs=pk("whatif_proposed"),
        data=lambda world: {"reason": "No."},
        writes=True,
    ),
    Way("whatif_discard", _EDITORS, _EDITORS, kwargs=pk("whatif"), writes=True),
]
