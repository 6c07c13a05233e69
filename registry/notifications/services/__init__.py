"""Writes of notifications: what rooms above call is `notify`, `notify_all` and `drop`."""

from registry.notifications.services.gathering import gather
from registry.notifications.services.outbox import drop, try_again
from registry.notifications.services.reading import mark_all_read, mark_read, prefer
from registry.notifications.services.sending import Sent, send_due
from registry.notifications.services.telling import Message, notify, notify_address, notify_all

__all__ = [
    "Message",
    "Sent",
    "drop",
    "gather",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_address",
    "notify_all",
    "prefer",
    "send_due",
    "try_again",
]
