"""Making, revoking and recognising tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from registry.accounts.models import User
from registry.audit import services as audit
from registry.catalogue.models import Supplier
from registry.common import locks
from registry.common.errors import NotPermitted, RuleBroken
from registry.common.periods import civil_date
from registry.tokens.models import ApiToken
from registry.tokens.selectors import live, still_acts, suppliers_owned_by

# Recognisable, so that whoever scans code for secrets finds one that was left there.
PREFIX = "pcr_"
LONGEST = timedelta(days=365)
MOST = 20
_LONGEST_TEXT = 200


def _require_owner(by: User, supplier: Supplier) -> None:
    if not suppliers_owned_by(by).filter(pk=supplier.pk).exists():
        raise NotPermitted(f"Only the owners of {supplier.name} may do this.")


@transaction.atomic
def make_token(
    *, supplier: Supplier, name: str, lasts: timedelta, by: User, now: datetime
) -> tuple[ApiToken, str]:
    """A token for the supplier's machines, and its text, which nobody can be told again."""
    _require_owner(by, supplier)
    if not name.strip():
        raise RuleBroken("Enter a name for the token", field="name")
    if not timedelta() < lasts <= LONGEST:
        raise RuleBroken("A token lasts 12 months at the most", field="days")
    locks.advisory(f"tokens of {supplier.pk}")
    if live(supplier, now=now).count() >= MOST:
        raise RuleBroken(f"{supplier.name} has {MOST} tokens. Revoke one first", field="name")
    text = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        supplier=supplier,
        name=name.strip(),
        digest=_digest(text),
        ending=text[-4:],
        created_by=by,
        created_at=now,
        expires_at=now + lasts,
    )
    detail = {"supplier": supplier.ref, "expires": row.expires_at}
    audit.record(actor=by, action="tokens.made", subject=row, now=now, detail=detail)
    return row, text


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, now: datetime) -> ApiToken:
    """The token is of no use from now on; revoking it again changes nothing."""
    _require_owner(by, token.supplier)
    row = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if row.revoked_at is None:
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        audit.record(actor=by, action="tokens.revoked", subject=row, now=now)
    return row


def recognise(*, text: str, now: datetime) -> ApiToken | None:
    """The token of this text; `None` when it is unknown, over, or its maker no longer acts there.

    It is looked up by its hash, so the time that takes tells nothing of the text.
    """
    if not text.startswith(PREFIX) or len(text) > _LONGEST_TEXT:
        return None
    rows = ApiToken.objects.filter(digest=_digest(text), revoked_at=None, expires_at__gt=now)
    row = rows.select_related("supplier", "created_by").first()
    if row is None or not still_acts(row.created_by, row.supplier):
        return None
    today = civil_date(now)
    if row.last_used_on != today:
        ApiToken.objects.filter(pk=row.pk).update(last_used_on=today)
    return row


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
