"""Questions about tokens and the addresses of calendars."""

from datetime import datetime

from django.core import signing
from django.db.models import QuerySet

from registry.accounts.models import User
from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import Supplier
from registry.catalogue.selectors import acts_for
from registry.tokens.models import ApiToken, CalendarAddress

_SIGNER = signing.Signer(salt="registry.tokens.calendar")


def suppliers_owned_by(user) -> QuerySet[Supplier]:
    """The suppliers whose tokens `user` makes and revokes."""
    return Supplier.objects.filter(
        memberships__user=user, memberships__role=SupplierRole.OWNER
    ).order_by("name")


def tokens_visible_to(user) -> QuerySet[ApiToken]:
    """The tokens of the suppliers that `user` owns, the newest first."""
    rows = ApiToken.objects.filter(supplier__in=suppliers_owned_by(user).order_by().values("pk"))
    return rows.select_related("supplier", "created_by")


def token_for(user, token_id: int) -> ApiToken | None:
    """A token that `user` may revoke."""
    return tokens_visible_to(user).filter(pk=token_id).first()


def live(supplier: Supplier, *, now: datetime) -> QuerySet[ApiToken]:
    """Tokens that have not expired and were not revoked."""
    return ApiToken.objects.filter(supplier=supplier, revoked_at=None, expires_at__gt=now)


def calendar_of(user, supplier: Supplier) -> CalendarAddress | None:
    """The address from which the calendar of `user` is fetched, once they have opened one."""
    return CalendarAddress.objects.filter(user=user, supplier=supplier).first()


def token_of(address: CalendarAddress) -> str:
    """What stands in the address, and opens it for whoever has it."""
    return _SIGNER.sign(str(address.pk))


def calendar_at(token: str) -> CalendarAddress | None:
    """The address of `token`; `None` when it is made up, closed, or its owner acts no longer."""
    try:
        pk = _SIGNER.unsign(token)
    except signing.BadSignature:
        return None
    row = CalendarAddress.objects.filter(pk=pk).select_related("user", "supplier").first()
    return row if row and still_acts(row.user, row.supplier) else None


def still_acts(user: User, supplier: Supplier) -> bool:
    """Whether what `user` made for the supplier works yet: they have an account and act for it."""
    return user.is_active and acts_for(user, supplier)
