"""Writes of the history room."""

from registry.history.services.installing import install
from registry.history.services.ticking import close_moment, tick

__all__ = ["close_moment", "install", "tick"]
