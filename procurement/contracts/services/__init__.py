"""Writes to contracts."""
