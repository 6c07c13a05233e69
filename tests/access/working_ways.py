"""Addresses of work: endpoints, contracts, cases and evidence."""

from tests.access.ways import (
    ASSESSOR,
    AUDITOR,
    BUYERS,
    CASE_OFFICER,
    DECIDERS,
    EVERYONE,
    OFFICERS,
    READ_ONLY,
    READ_ONLY_PUBLIC,
    SEEN_BY_TEAM,
    SUPPLIERS,
    TEAM,
    UNSEEN,
    Things,
    Way,
    answers,
    day,
    pk,
    ref,
)
from tests.access.world import MEMBERS, NATIONAL, World


def _notice(world: World) -> dict:
    return {"id": world.case_proposed.pk, "notice_id": world.notice.pk}


def _file(thing: str) -> Things:
    def kwargs(world: World) -> dict:
        submission = world.things[thing]
        return {"ref": submission.ref, "file_id": submission.files.get().pk}

    return kwargs


def _reason(world: World) -> dict:
    return {"reason": "A reason.", "what_would_do": "Another report."}


_PROBE_NOW = {"kwargs": pk("endpoint"), "writes": True}
_VOUCH = {"kwargs": pk("unproved"), "data": _reason, "writes": True}


def _host(thing: str) -> Things:
    return lambda world: {"host": world.things[thing].host}


def _maintenance(world: World) -> dict:
    return {
        "note": "New discs",
        **day("starts_on", 2026, 7, 3),
        "starts_at": "10pm",
        **day("ends_on", 2026, 7, 4),
        "ends_at": "1am",
        "weekly": "once",
    }


_PAUSE = {"kwargs": pk("endpoint"), "data": _reason, "writes": True}
_RESUME = {"kwargs": pk("paused_endpoint"), "data": _reason, "writes": True}
_PAUSE_HOST = {"kwargs": _host("endpoint"), "data": _reason, "writes": True}
_RESUME_HOST = {"kwargs": _host("paused_endpoint"), "data": _reason, "writes": True}


def _new_endpoint(world: World) -> dict:
    return {
        "url": "https://more.example.test/r4",
        "profile": "fhir-r4",
        **day("in_service_from", 2026, 1, 1),
    }


ENDPOINTS = [
    Way("endpoints_waiting", answers(NATIONAL), READ_ONLY),
    Way("endpoint_vouch", answers(OFFICERS), answers(OFFICERS), **_VOUCH),
    Way("endpoint_probe_now", READ_ONLY, answers(MEMBERS | OFFICERS), **_PROBE_NOW),
    Way("endpoints_paused", answers(NATIONAL), READ_ONLY),
    Way("endpoint_pause", answers(OFFICERS), answers(OFFICERS), **_PAUSE),
    Way("endpoint_resume", answers(OFFICERS), answers(OFFICERS), **_RESUME),
    Way("probed_host", answers(NATIONAL), READ_ONLY, kwargs=_host("endpoint")),
    Way("host_pause", answers(OFFICERS), answers(OFFICERS), **_PAUSE_HOST),
    Way("host_resume", answers(OFFICERS), answers(OFFICERS), **_RESUME_HOST),
    Way(
        "endpoint_maintenance",
        answers(MEMBERS | OFFICERS),
        answers(MEMBERS | OFFICERS),
        kwargs=pk("endpoint"),
        data=_maintenance,
        writes=True,
    ),
    Way(
        "endpoint_maintenance",
        answers(MEMBERS | OFFICERS, told=NATIONAL, otherwise=UNSEEN),
        answers(MEMBERS | OFFICERS, told=NATIONAL, otherwise=UNSEEN),
        "draft",
        kwargs=pk("draft_endpoint"),
        data=_maintenance,
        writes=True,
    ),
    Way(
        "maintenance_cancel",
        answers(MEMBERS | OFFICERS),
        answers(MEMBERS | OFFICERS),
        kwargs=pk("window"),
        writes=True,
    ),
    Way(
        "maintenance_cancel",
        answers(MEMBERS | OFFICERS, told=NATIONAL, otherwise=UNSEEN),
        answers(MEMBERS | OFFICERS, told=NATIONAL, otherwise=UNSEEN),
        "draft",
        kwargs=pk("draft_window"),
        writes=True,
    ),
    Way(
        "endpoint_probe_now",
        READ_ONLY,
        answers(MEMBERS | OFFICERS, told=NATIONAL, otherwise=UNSEEN),
        "draft",
        kwargs=pk("draft_endpoint"),
        writes=True,
    ),
    Way(
        "endpoint_register",
        answers(MEMBERS),
        answers(MEMBERS),
        kwargs=ref("product"),
        data=_new_endpoint,
        writes=True,
    ),
    Way(
        "endpoint_register",
        answers(MEMBERS, told=NATIONAL, otherwise=UNSEEN),
        answers(MEMBERS, told=NATIONAL, otherwise=UNSEEN),
        "draft",
        kwargs=ref("draft_product"),
        data=_new_endpoint,
        writes=True,
    ),
]

_OWN_HOST = answers(MEMBERS, told=NATIONAL, otherwise=UNSEEN)


def _host(world: World) -> dict:
    return {"supplier": world.supplier.ref, "address": "fresh.example.test"}


HOSTS = [
    Way("hosts", answers(SUPPLIERS | NATIONAL), READ_ONLY),
    # The form of the rival does not offer Aldermoor: an error, not a 403.
    Way("host_prove", answers(SUPPLIERS), answers(SUPPLIERS), data=_host, writes=MEMBERS),
    Way("host", answers(TEAM, otherwise=UNSEEN), READ_ONLY, kwargs=pk("host")),
    Way(
        "host",
        answers(NATIONAL | {"rival_editor"}, otherwise=UNSEEN),
        READ_ONLY,
        "theirs",
        kwargs=pk("their_host"),
    ),
    Way("host", answers(TEAM, otherwise=UNSEEN), READ_ONLY, "gone", kwargs=pk("withdrawn_host")),
    Way(
        "host_check",
        READ_ONLY,
        answers(MEMBERS | OFFICERS, told=NATIONAL, otherwise=UNSEEN),
        kwargs=pk("host"),
        writes=True,
    ),
    Way("host_give_up", READ_ONLY, _OWN_HOST, kwargs=pk("host"), writes=True),
    Way(
        "host_withdraw",
        answers(OFFICERS),
        answers(OFFICERS),
        kwargs=pk("host"),
        data=_reason,
        writes=True,
    ),
    Way(
        "host_reopen",
        answers(OFFICERS),
        answers(OFFICERS),
        kwargs=pk("withdrawn_host"),
        data=_reason,
        writes=True,
    ),
]


def _new_contract(world: World) -> dict:
    return {
        "buyer": world.icb.ods,
        "products": [world.product.ref],
        "ref": "QOQ-2026-018",
        "title": "Another",
        **day("first_day", 2026, 8, 1),
        **day("last_day", 2027, 7, 31),
    }


_SEES_CONTRACT = answers(TEAM | {"buyer"}, otherwise=UNSEEN)
_ANSWERS_FOR = answers({"buyer"}, told=TEAM, otherwise=UNSEEN)

CONTRACTS = [
    Way("buyer_desk", answers(BUYERS), READ_ONLY),
    Way("contract_add", answers(BUYERS), answers(BUYERS)),
    # The form of the other buyer does not offer the first one's organisation: an error, not a 403.
    Way(
        "contract_add",
        answers(BUYERS),
        answers(BUYERS),
        "filled in",
        query="supplier=aldermoor",
        data=_new_contract,
        writes={"buyer"},
    ),
    Way("contract", _SEES_CONTRACT, READ_ONLY, kwargs=ref("contract")),
    Way(
        "contract_last_day",
        _ANSWERS_FOR,
        _ANSWERS_FOR,
        kwargs=ref("contract"),
        data=lambda world: day("last_day", 2028, 3, 31),
        writes=True,
    ),
]


def _proposal(world: World) -> dict:
    words = {"basis": "listing_terms", "text": "Show the document."}
    return words | day("respond_by", 2026, 8, 10)


def _step(name: str, case: str, **more) -> Way:
    return Way(
        name,
        answers(CASE_OFFICER),
        answers(CASE_OFFICER),
        kwargs=pk(case),
        data=more.pop("data", _reason),
        writes=True,
        **more,
    )


CASES = [
    Way("worklist", answers(NATIONAL), READ_ONLY),
    Way("worklist_cases", answers(NATIONAL), READ_ONLY),
    Way("case", answers(NATIONAL), READ_ONLY, kwargs=pk("case_flagged")),
    Way("case", answers(NATIONAL), READ_ONLY, "proposed", kwargs=pk("case_proposed")),
    Way("case_take", READ_ONLY, answers(CASE_OFFICER), kwargs=pk("case_flagged"), writes=True),
    _step("case_dismiss", "case_in_triage"),
    _step("case_close", "case_healed"),
    _step("notice_propose", "case_in_triage", data=_proposal),
    # A case officer proposed it: who proposed a thing never approves it.
    Way("notice_issue", READ_ONLY, answers({"approver"}), kwargs=_notice, writes=True),
    Way(
        "notice_reject",
        answers(DECIDERS),
        answers({"approver"}),
        kwargs=_notice,
        data=_reason,
        writes=True,
    ),
]

_OWN_DRAFT = answers(MEMBERS, otherwise=UNSEEN)
_OWN_SENT = answers(MEMBERS, told=NATIONAL, otherwise=UNSEEN)
_READERS = answers(ASSESSOR | AUDITOR)
_HIDES_FROM_OTHERS = answers(ASSESSOR, told=TEAM, otherwise=UNSEEN)


def _start(world: World) -> dict:
    return {"product": world.product.ref, "form": "test_report"}


def _answers(world: World) -> dict:
    return {"issuer": "Changed", "then": "later"}


def _choice(world: World) -> dict:
    return {f"criterion_{world.criterion.pk}": [world.draft.product_id], "then": "later"}


def _link(world: World) -> dict:
    return {"links": "https://www.example.com/changed", "then": "later"}


def _accept(world: World) -> dict:
    days = day("valid_from", 2026, 6, 1) | day("valid_until", 2026, 12, 31)
    return days | {"reason": "Sound."}


EVIDENCE = [
    Way("submissions", answers(SUPPLIERS), READ_ONLY),
    Way("supplier_desk", answers(SUPPLIERS), READ_ONLY),
    Way("owed", answers(SUPPLIERS), READ_ONLY),
    Way("owed_calendar", answers(SUPPLIERS), READ_ONLY),
    # The form of the rival does not offer Aldermoor's product: an error, not a 403.
    Way(
        "evidence_submit",
        answers(SUPPLIERS),
        answers(SUPPLIERS),
        data=_start,
        writes=MEMBERS,
    ),
    Way("evidence", SEEN_BY_TEAM, READ_ONLY_PUBLIC, "submitted", kwargs=ref("submitted")),
    Way("evidence", SEEN_BY_TEAM, READ_ONLY_PUBLIC, "returned", kwargs=ref("returned")),
    Way("evidence", EVERYONE, READ_ONLY_PUBLIC, "accepted", kwargs=ref("accepted")),
    Way(
        "evidence",
        answers(MEMBERS, otherwise=UNSEEN, nobody=UNSEEN),
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=ref("draft"),
    ),
    Way("evidence_edit", _OWN_DRAFT, READ_ONLY, kwargs=ref("draft")),
    Way(
        "evidence_proves",
        _OWN_DRAFT,
        _OWN_DRAFT,
        kwargs=ref("draft"),
        data=_choice,
        writes=True,
    ),
    Way(
        "evidence_about",
        _OWN_DRAFT,
        _OWN_DRAFT,
        kwargs=ref("draft"),
        data=_answers,
        writes=True,
    ),
    Way(
        "evidence_attach",
        _OWN_DRAFT,
        _OWN_DRAFT,
        kwargs=ref("draft"),
        data=_link,
        writes=True,
    ),
    Way("evidence_check", _OWN_DRAFT, _OWN_DRAFT, kwargs=ref("draft"), writes=True),
    Way("evidence_withdraw", _OWN_SENT, _OWN_SENT, "sent", kwargs=ref("submitted"), writes=True),
    Way("evidence_withdraw", _OWN_DRAFT, _OWN_DRAFT, "draft", kwargs=ref("draft"), writes=True),
    Way("evidence_again", READ_ONLY, _OWN_SENT, kwargs=ref("returned"), writes=True),
    Way(
        "evidence_file",
        answers(TEAM, otherwise=UNSEEN),
        READ_ONLY,
        "submitted",
        kwargs=_file("submitted"),
    ),
    Way(
        "evidence_file",
        answers(TEAM, otherwise=UNSEEN),
        READ_ONLY,
        "accepted",
        kwargs=_file("accepted"),
    ),
    Way("evidence_file", _OWN_DRAFT, READ_ONLY, "draft", kwargs=_file("draft")),
    Way("evidence_file_remove", READ_ONLY, _OWN_DRAFT, kwargs=_file("draft"), writes=True),
    Way(
        "evidence_revoke",
        answers(ASSESSOR),
        answers(ASSESSOR),
        kwargs=ref("accepted"),
        data=lambda world: {"reason": "Void.", "sure": "yes", **day("revoked_from", 2026, 9, 1)},
        writes=True,
    ),
    Way("assessment_queue", _READERS, READ_ONLY),
    Way("assessment", _READERS, READ_ONLY, kwargs=ref("submitted")),
    Way("assessment_take_up", READ_ONLY, _HIDES_FROM_OTHERS, kwargs=ref("submitted"), writes=True),
    Way("assessment_put_back", READ_ONLY, _HIDES_FROM_OTHERS, kwargs=ref("claimed"), writes=True),
    Way(
        "assessment_accept",
        READ_ONLY,
        answers(ASSESSOR),
        kwargs=ref("claimed"),
        data=_accept,
        writes=True,
    ),
    Way(
        "assessment_return",
        READ_ONLY,
        answers(ASSESSOR),
        kwargs=ref("claimed"),
        data=_reason,
        writes=True,
    ),
]
