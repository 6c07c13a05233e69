"""What a service may refuse. Interfaces translate these and nothing else."""


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


class Conflict(RuleBroken):
    """Somebody else was faster: the thing is no longer in the state this needs."""
