"""Addresses that everybody may ask: the public pages, the API, and signing in."""

from tests.access.ways import (
    EVERYONE,
    READ_ONLY,
    READ_ONLY_PUBLIC,
    REFUSED,
    SEEN_BY_TEAM,
    SIGNED_IN,
    UNSEEN,
    Things,
    Way,
    answers,
    pair,
    pk,
    ref,
)
from tests.access.world import BODIES, NATIONAL, World


def _revision(product: str) -> Things:
    return lambda world: {"number": world.things[product].revisions.first().pk}


def _change(endpoint: str) -> Things:
    """The one change of the statement of an endpoint of the world."""
    return lambda world: {
        "id": world.things[endpoint].pk,
        "capture": "metadata",
        "before": BODIES[0][:16],
        "after": BODIES[1][:16],
    }


PUBLIC = [
    Way("home", EVERYONE, READ_ONLY_PUBLIC),
    Way("product_search", EVERYONE, READ_ONLY_PUBLIC),
    Way("product_search", EVERYONE, READ_ONLY_PUBLIC, "drafts", query="state=draft"),
    Way("product", EVERYONE, READ_ONLY_PUBLIC, kwargs=ref("product")),
    Way("product", SEEN_BY_TEAM, READ_ONLY_PUBLIC, "draft", kwargs=ref("draft_product")),
    Way("product_replacements", EVERYONE, READ_ONLY_PUBLIC, kwargs=ref("product")),
    Way(
        "product_replacements",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=ref("draft_product"),
    ),
    Way("product_changes", EVERYONE, READ_ONLY_PUBLIC, kwargs=ref("product")),
    Way("product_changes", SEEN_BY_TEAM, READ_ONLY_PUBLIC, "draft", kwargs=ref("draft_product")),
    Way("product_feed", EVERYONE, READ_ONLY_PUBLIC, kwargs=ref("product")),
    Way("product_feed", SEEN_BY_TEAM, READ_ONLY_PUBLIC, "draft", kwargs=ref("draft_product")),
    Way("product_standards", EVERYONE, READ_ONLY_PUBLIC, kwargs=ref("product")),
    Way("product_standards", SEEN_BY_TEAM, READ_ONLY_PUBLIC, "draft", kwargs=ref("draft_product")),
    Way("pair", EVERYONE, READ_ONLY_PUBLIC, kwargs=pair("product")),
    Way("pair", SEEN_BY_TEAM, READ_ONLY_PUBLIC, "draft", kwargs=pair("draft_product")),
    Way("standards", EVERYONE, READ_ONLY_PUBLIC),
    Way("standard", EVERYONE, READ_ONLY_PUBLIC, kwargs=lambda world: {"code": "WCAG"}),
    Way("burn_down_csv", EVERYONE, READ_ONLY_PUBLIC, kwargs=lambda world: {"code": "WCAG"}),
    Way("endpoint", EVERYONE, READ_ONLY_PUBLIC, kwargs=pk("endpoint")),
    Way("endpoint", SEEN_BY_TEAM, READ_ONLY_PUBLIC, "draft", kwargs=pk("draft_endpoint")),
    Way("endpoint_changes", EVERYONE, READ_ONLY_PUBLIC, kwargs=pk("endpoint")),
    Way("endpoint_changes", SEEN_BY_TEAM, READ_ONLY_PUBLIC, "draft", kwargs=pk("draft_endpoint")),
    Way("endpoint_change", EVERYONE, READ_ONLY_PUBLIC, kwargs=_change("endpoint")),
    Way(
        "endpoint_change",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=_change("draft_endpoint"),
    ),
    Way("about_probing", EVERYONE, READ_ONLY_PUBLIC),
    Way("about_machine_reports", EVERYONE, READ_ONLY_PUBLIC),
    Way("status", EVERYONE, READ_ONLY_PUBLIC),
    Way("status_health", EVERYONE, READ_ONLY_PUBLIC),
    Way("metrics", answers(NATIONAL, nobody=REFUSED), READ_ONLY_PUBLIC),
    Way("desk", SIGNED_IN, SIGNED_IN),
    Way("recomputing", answers(NATIONAL), READ_ONLY),
]

API = [
    Way("api-root", EVERYONE, READ_ONLY_PUBLIC),
    Way("api_schema", EVERYONE, READ_ONLY_PUBLIC),
    Way("api_docs", EVERYONE, READ_ONLY_PUBLIC),
    Way(
        "api/v1/<path:rest>",
        answers(otherwise=UNSEEN, nobody=UNSEEN),
        READ_ONLY_PUBLIC,
        kwargs=lambda world: {"rest": "nothing/here/"},
    ),
    Way("api-standard-list", EVERYONE, READ_ONLY_PUBLIC),
    Way("api-standard-detail", EVERYONE, READ_ONLY_PUBLIC, kwargs=lambda world: {"code": "WCAG"}),
    Way(
        "api-standard-burn-down",
        EVERYONE,
        READ_ONLY_PUBLIC,
        kwargs=lambda world: {"code": "WCAG"},
    ),
    Way("api-product-list", EVERYONE, READ_ONLY_PUBLIC),
    Way("api-product-list", EVERYONE, READ_ONLY_PUBLIC, "drafts", query="state=draft"),
    Way("api-product-detail", EVERYONE, READ_ONLY_PUBLIC, kwargs=ref("product")),
    Way("api-product-detail", SEEN_BY_TEAM, READ_ONLY_PUBLIC, "draft", kwargs=ref("draft_product")),
    Way("api-product-timeline", EVERYONE, READ_ONLY_PUBLIC, kwargs=ref("product")),
    Way(
        "api-product-timeline",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=ref("draft_product"),
    ),
    Way("api-product-replacements", EVERYONE, READ_ONLY_PUBLIC, kwargs=ref("product")),
    Way(
        "api-product-replacements",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=ref("draft_product"),
    ),
    Way("api-product-changes", EVERYONE, READ_ONLY_PUBLIC, kwargs=ref("product")),
    Way(
        "api-product-changes",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=ref("draft_product"),
    ),
    Way("api-change-list", EVERYONE, READ_ONLY_PUBLIC),
    Way("api-change-detail", EVERYONE, READ_ONLY_PUBLIC, kwargs=_revision("product")),
    Way(
        "api-change-detail",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=_revision("draft_product"),
    ),
    Way("api-product-standard", EVERYONE, READ_ONLY_PUBLIC, kwargs=pair("product")),
    Way(
        "api-product-standard",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=pair("draft_product"),
    ),
    Way("api-supplier-list", EVERYONE, READ_ONLY_PUBLIC),
    Way("api-supplier-detail", EVERYONE, READ_ONLY_PUBLIC, kwargs=ref("supplier")),
    Way(
        "api-supplier-detail",
        answers(NATIONAL, otherwise=UNSEEN, nobody=UNSEEN),
        READ_ONLY_PUBLIC,
        "unseen",
        kwargs=ref("unseen"),
    ),
    Way("api-organisation-list", EVERYONE, READ_ONLY_PUBLIC),
    Way(
        "api-organisation-detail",
        EVERYONE,
        READ_ONLY_PUBLIC,
        kwargs=lambda world: {"ods": world.icb.ods},
    ),
    Way("api-endpoint-list", EVERYONE, READ_ONLY_PUBLIC),
    Way("api-endpoint-detail", EVERYONE, READ_ONLY_PUBLIC, kwargs=pk("endpoint")),
    Way("api-endpoint-standing", EVERYONE, READ_ONLY_PUBLIC, kwargs=pk("endpoint")),
    Way(
        "api-endpoint-standing",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=pk("draft_endpoint"),
    ),
    Way("api-endpoint-changes", EVERYONE, READ_ONLY_PUBLIC, kwargs=pk("endpoint")),
    Way(
        "api-endpoint-changes",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=pk("draft_endpoint"),
    ),
    Way("api-endpoint-change", EVERYONE, READ_ONLY_PUBLIC, kwargs=_change("endpoint")),
    Way(
        "api-endpoint-change",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=_change("draft_endpoint"),
    ),
    Way(
        "api-endpoint-detail",
        SEEN_BY_TEAM,
        READ_ONLY_PUBLIC,
        "draft",
        kwargs=pk("draft_endpoint"),
    ),
]


def _stranger(world: World) -> dict:
    return {
        "email": "new@example.test",
        "password1": "nine wet llamas",
        "password2": "nine wet llamas",
    }


# Signing in is the library's; without a password or a code nothing may come of it. Nobody here
# has a second step, so there is none to look at or to take away.
_NO_SECOND_STEP = answers(otherwise=UNSEEN)
_BAD_KEY = {"uidb36": "zzzzz", "key": "c0-ffee"}

ACCOUNTS = [
    Way("account", SIGNED_IN, SIGNED_IN),
    Way("account_login", EVERYONE, EVERYONE),
    Way("account_logout", EVERYONE, EVERYONE),
    Way("account_signup", EVERYONE, EVERYONE, data=_stranger),
    Way("account_inactive", EVERYONE, READ_ONLY_PUBLIC),
    Way("account_reauthenticate", SIGNED_IN, SIGNED_IN),
    Way("account_change_password", SIGNED_IN, SIGNED_IN),
    Way("account_set_password", SIGNED_IN, SIGNED_IN),
    Way("account_reset_password", EVERYONE, EVERYONE),
    Way("account_reset_password_done", EVERYONE, READ_ONLY_PUBLIC),
    Way(
        "account_reset_password_from_key",
        EVERYONE,
        EVERYONE,
        kwargs=lambda world: _BAD_KEY,
        data=_stranger,
    ),
    Way("account_reset_password_from_key_done", EVERYONE, READ_ONLY_PUBLIC),
    Way("mfa_index", SIGNED_IN, READ_ONLY),
    Way("mfa_authenticate", SIGNED_IN, SIGNED_IN),
    Way("mfa_reauthenticate", SIGNED_IN, SIGNED_IN),
    Way("mfa_activate_totp", SIGNED_IN, SIGNED_IN),
    Way("mfa_deactivate_totp", _NO_SECOND_STEP, _NO_SECOND_STEP),
    Way("mfa_view_recovery_codes", _NO_SECOND_STEP, READ_ONLY),
    Way("mfa_generate_recovery_codes", SIGNED_IN, SIGNED_IN),
    Way("mfa_download_recovery_codes", _NO_SECOND_STEP, _NO_SECOND_STEP),
]
