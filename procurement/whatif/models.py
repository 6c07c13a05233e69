"""Changes of standards that are drafted, looked at before they bind, and published by two."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q

from procurement.whatif.enums import NEW_KINDS, ChangeKind, DraftState
from procurement.whatif.querysets import DraftQuerySet
from procurement.whatif.rules import TRANSITIONS, ChangeFacts, WaysFacts
from registry.standards.enums import Form
from registry.standards.rules import Ways


def _person() -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


def _never_removed(words: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="no_truncate",
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func=f"RAISE EXCEPTION '{words}';",
    )


class Draft(models.Model):
    """Changes of standards that an editor draws up and a second editor publishes or rejects."""

    title = models.CharField(max_length=200)
    reason = models.TextField()
    state = models.CharField(max_length=12, choices=DraftState.choices, default=DraftState.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    proposed_by = _person()
    proposed_at = models.DateTimeField(null=True, blank=True)
    # A digest of the changes and of the facts they rest on, as they stood when proposed.
    proposed_as = models.CharField(max_length=64, blank=True)
    decided_by = _person()
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(decided_by=F("proposed_by")),
                name="whatif_second_editor",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", proposed_by__isnull=True, decided_by__isnull=True)
                | Q(
                    state="proposed",
                    proposed_by__isnull=False,
                    proposed_at__isnull=False,
                    decided_by__isnull=True,
                )
                | Q(
                    state__in=["published", "rejected"],
                    proposed_by__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(state="discarded", decided_by__isnull=False, decided_at__isnull=False),
                name="whatif_draft_state",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="legal_steps", field="state", transitions=TRANSITIONS),
            pgtrigger.Protect(
                name="decided_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["published", "rejected", "discarded"]),
            ),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
            _never_removed("a draft is discarded, never removed"),
        ]

    def __str__(self) -> str:
        return self.title


class DraftChange(models.Model):
    """One change of a draft: `period` for what is added, or in the place of `was`.

    A change of how evidence proves a criterion has no period: `ways` stand in the place of
    `ways_were`. What it changes is named as a register file names it (edition; criterion;
    capability and first day; product and first day), so that a draft holds nothing of the register
    in its place.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=24, choices=ChangeKind.choices)
    standard = models.ForeignKey("standards.Standard", on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=80, blank=True)
    copied_from = models.CharField(max_length=80, blank=True)
    # Of changes of ways: the criterion's code; {"proofs": […], "requirements": […]}, each sorted.
    criterion = models.CharField(max_length=60, blank=True)
    ways_were = models.JSONField(null=True, blank=True)
    ways = models.JSONField(null=True, blank=True)
    # Of scope rows; null is every product.
    capability = models.ForeignKey(
        "standards.Capability", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Of dispensations.
    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The period that is changed, as it stood when the change was drafted.
    was = DateRangeField(null=True, blank=True)
    period = DateRangeField(null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                F("draft"),
                F("kind"),
                F("standard"),
                F("version"),
                F("capability"),
                F("product"),
                F("criterion"),
                Func(F("was"), function="lower"),
                nulls_distinct=False,
                condition=~Q(kind__in=NEW_KINDS),
                name="whatif_one_change_of_a_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="whatif_change_kind"
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="whatif_change_days"),
            models.CheckConstraint(
                condition=Q(kind__in=NEW_KINDS, was__isnull=True)
                | Q(kind="change-ways", was__isnull=True)
                | (~Q(kind__in=[*NEW_KINDS, "change-ways"]) & Q(was__isnull=False)),
                name="whatif_change_of_something",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="change-ways",
                    period__isnull=True,
                    ways__isnull=False,
                    ways_were__isnull=False,
                )
                | (
                    ~Q(kind="change-ways")
                    & Q(period__isnull=False, ways__isnull=True, ways_were__isnull=True)
                ),
                name="whatif_change_of_days_or_ways",
            ),
            models.CheckConstraint(
                condition=Q(kind="shorten-dispensation", product__isnull=False)
                | (~Q(kind="shorten-dispensation") & Q(product__isnull=True)),
                name="whatif_change_of_a_product",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="written_once", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="only_while_drafted",
                operation=pgtrigger.Insert | pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("changed", "BIGINT"), ("present", "TEXT")],
                func=pgtrigger.Func(
                    """
                    changed := CASE WHEN TG_OP = 'DELETE' THEN OLD.draft_id ELSE NEW.draft_id END;
                    SELECT state INTO present FROM whatif_draft WHERE id = changed;
                    IF present IS DISTINCT FROM 'draft' THEN
                        RAISE EXCEPTION 'a draft changes only while it is being drafted';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                    """
                ),
            ),
            _never_removed("what was proposed is never removed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.standard.code}"

    @property
    def facts(self) -> ChangeFacts:
        """The change by the names that people know."""
        return ChangeFacts(
            kind=self.kind,
            standard=self.standard.code,
            version=self.version,
            copied_from=self.copied_from,
            capability=self.capability.name if self.capability else None,
            product=self.product.name if self.product else None,
            was=self.was,
            period=self.period,
            criterion=self.criterion,
            ways_were=_in_words(self.ways_were),
            ways=_in_words(self.ways),
        )


def as_ways(kept: dict[str, list[str]] | None) -> Ways:
    """What `ways` and `ways_were` hold."""
    held = kept or {}
    return Ways(tuple(held.get("proofs", ())), tuple(held.get("requirements", ())))


def _in_words(kept: dict[str, list[str]] | None) -> WaysFacts:
    ways = as_ways(kept)
    return WaysFacts(tuple(Form(each).label for each in ways.proofs), ways.requirements)
