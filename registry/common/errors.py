"""What a service may refuse. Interfaces translate these and nothing else."""

from datetime import timedelta
from math import ceil


class RuleBroken(Exception):
    """A rule of the domain forbids this. The message is fit to be shown to its author."""

    def __init__(self, message: str, *, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


class NotPermitted(Exception):
    """The person may not do this. The message says who may."""

    def __init__(self, message: str = "You do not have permission to do this."):
        super().__init__(message)
        self.message = message


class NotKnownThen(Exception):
    """At the moment that is asked about the register did not know of this yet. The message, a whole
    sentence, says of what.
    """

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class Conflict(RuleBroken):
    """Somebody else was faster: the thing is no longer in the state this needs."""


class TooOften(RuleBroken):
    """This was asked for too often. The message says when to ask again; so does `wait`."""

    def __init__(self, message: str, *, wait: timedelta):
        super().__init__(message)
        self.wait = wait

    @property
    def seconds(self) -> int:
        """Whole seconds to wait, at least one: what `Retry-After` says."""
        return max(ceil(self.wait.total_seconds()), 1)
