"""Writes to standards."""
