"""The words of what-if."""

from django.db import models


class DraftState(models.TextChoices):
    """Where a draft of changes stands."""

    DRAFT = "draft", "Being drafted"
    PROPOSED = "proposed", "Waiting for a second editor"
    PUBLISHED = "published", "Published"
    REJECTED = "rejected", "Rejected"
    DISCARDED = "discarded", "Discarded"

    @property
    def colour(self) -> str:
        """The NHS tag colour."""
        return {
            "draft": "blue",
            "proposed": "yellow",
            "published": "green",
            "rejected": "orange",
            "discarded": "grey",
        }[self.value]

    @property
    def is_live(self) -> bool:
        """Whether something can still come of it."""
        return self.value in LIVE_STATES


LIVE_STATES = ("draft", "proposed")


class ChangeKind(models.TextChoices):
    """What a draft changes."""

    ADD_VERSION = "add-version", "Add an edition"
    CHANGE_ACCEPTED = "change-accepted", "Change when an edition counts, or retire it"
    ADD_SCOPE = "add-scope", "Make it mandatory for more products"
    CHANGE_REQUIRED = "change-required", "Change when it is mandatory"
    SHORTEN_DISPENSATION = "shorten-dispensation", "End a dispensation earlier"
    CHANGE_WAYS = "change-ways", "Change which evidence proves a criterion"

    @property
    def is_new(self) -> bool:
        """Whether it adds something, rather than changing what stands in the register."""
        return self.value in NEW_KINDS


NEW_KINDS = ("add-version", "add-scope")


class Action(models.TextChoices):
    """What an editor may do with a draft next."""

    CHANGE = "change", "Change the draft"
    PROPOSE = "propose", "Propose for publication"
    TAKE_BACK = "take_back", "Take back to change it"
    PUBLISH = "publish", "Approve and publish"
    REJECT = "reject", "Reject the draft"
    DISCARD = "discard", "Discard the draft"
