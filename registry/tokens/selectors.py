"""Questions about tokens."""

from datetime import datetime

from django.db.models import QuerySet

from registry.catalogue.enums import SupplierRole
from registry.catalogue.models import Supplier
from registry.tokens.models import ApiToken


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
