"""How an endpoint has fared and changed, as the API says it."""

from rest_framework import serializers

from registry.probes.rules.differences import Difference, Sort
from registry.probes.rules.standing import Availability, Incident, Stretch
from registry.probes.selectors.changes import Change, OneChange
from registry.probes.selectors.standing import Incidents


class WindowFacts(serializers.Serializer):
    """The scheduled visits of a window, by what came back (ADR 0106)."""

    hours = serializers.IntegerField()
    share = serializers.FloatField(
        allow_null=True, help_text="Answered of those that tell something, from 0 to 1"
    )
    visits = serializers.IntegerField()
    answered = serializers.IntegerField()
    unreachable = serializers.IntegerField()
    server_error = serializers.IntegerField()
    held = serializers.IntegerField(help_text="429: the host asked to be left alone; set apart")
    our_error = serializers.IntegerField(help_text="Ours, or refused by our guard; set apart")
    maintenance = serializers.IntegerField(help_text="Fell into announced maintenance; set apart")
    maintenance_seconds = serializers.IntegerField(
        help_text="How much of the window was announced maintenance, in which nobody visits"
    )


class IncidentFacts(serializers.Serializer):
    """Visits in a row that met the same trouble; `ended` is null while it goes on."""

    kind = serializers.ChoiceField(choices=[(each.value, each.label) for each in Incident])
    begun = serializers.DateTimeField()
    ended = serializers.DateTimeField(allow_null=True)
    visits = serializers.IntegerField()
    why = serializers.CharField(allow_blank=True)
    checks = serializers.ListField(child=serializers.CharField())


class StandingFacts(serializers.Serializer):
    """How an endpoint has fared over the last 90 days."""

    availability = WindowFacts(many=True)
    incidents = IncidentFacts(many=True)
    incidents_total = serializers.IntegerField()


class EndpointChangeFacts(serializers.Serializer):
    """A document that was answered with another body than the time before; the first has none."""

    url = serializers.URLField(allow_null=True, help_text="What differs; null for the first")
    capture = serializers.CharField()
    first_seen = serializers.DateTimeField()
    before_last_seen = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField()
    before_sha256 = serializers.CharField(allow_null=True)


class EntryFacts(serializers.Serializer):
    """One thing that was added, removed or changed."""

    sort = serializers.ChoiceField(choices=[(each.value, each.label) for each in Sort])
    topic = serializers.CharField()
    name = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class DifferenceFacts(serializers.Serializer):
    """What differs between two bodies: the first entries, and how many there are."""

    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    changed = serializers.IntegerField()
    at_least = serializers.BooleanField(help_text="Counting stopped before the end")
    entries = EntryFacts(many=True)


class OneChangeFacts(EndpointChangeFacts):
    """The latest time of a change, and what differs; null when a body is no longer kept."""

    times = serializers.IntegerField()
    difference = DifferenceFacts(allow_null=True)


def standing_facts(windows: list[Availability], incidents: Incidents) -> dict:
    """As StandingFacts says."""
    return {
        "availability": [_window(each) for each in windows],
        "incidents": [_incident(each) for each in incidents.stretches],
        "incidents_total": incidents.total,
    }


def change_facts(change: Change, endpoint_url: str) -> dict:
    """As EndpointChangeFacts says; `endpoint_url` is the address of the endpoint's facts."""
    before, after = change.short
    place = f"{endpoint_url}changes/{change.capture}/{before}/{after}/"
    return {
        "url": place if change.before else None,
        "capture": change.capture,
        "first_seen": change.at,
        "before_last_seen": change.last_seen,
        "sha256": change.after,
        "before_sha256": change.before or None,
    }


def one_change_facts(change: OneChange, endpoint_url: str) -> dict:
    """As OneChangeFacts says."""
    return change_facts(change.times[0], endpoint_url) | {
        "times": len(change.times),
        "difference": change.difference and _difference(change.difference),
    }


def _window(each: Availability) -> dict:
    return {
        "hours": int(each.window.total_seconds() // 3600),
        "share": each.share,
        "visits": each.visits,
        "answered": each.answered,
        "unreachable": each.unreachable,
        "server_error": each.broken,
        "held": each.held,
        "our_error": each.ours,
        "maintenance": each.maintenance,
        "maintenance_seconds": int(each.maintained.total_seconds()),
    }


def _incident(each: Stretch) -> dict:
    return {
        "kind": each.kind.value,
        "begun": each.begun,
        "ended": each.ended,
        "visits": each.visits,
        "why": each.why,
        "checks": list(each.checks),
    }


def _difference(each: Difference) -> dict:
    return {
        "added": each.added,
        "removed": each.removed,
        "changed": each.changed,
        "at_least": each.cut,
        "entries": [
            {
                "sort": entry.sort.value,
                "topic": entry.topic,
                "name": entry.name,
                "before": entry.before,
                "after": entry.after,
            }
            for entry in each.entries
        ],
    }
