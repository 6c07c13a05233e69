"""Writes of the contracts room."""

from procurement.contracts.services.by_hand import add_contract, change_last_day

__all__ = ["add_contract", "change_last_day"]
