"""Writes of the buyers room."""

from procurement.buyers.services.memberships import add_member, remove_member

__all__ = ["add_member", "remove_member"]
