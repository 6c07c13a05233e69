"""When a product next stops and starts being compliant, as the API says it."""

from rest_framework import serializers

from registry.compliance.enums import Status, Verdict
from registry.compliance.presenters.forecast import Cause, ProductForecast, ShownTurn
from registry.compliance.presenters.search import ProductRow
from registry.compliance.presenters.why import Why


class ReasonFacts(serializers.Serializer):
    """One thing that keeps a standard from being met."""

    criterion = serializers.CharField(allow_blank=True)
    reasons = serializers.ListField(child=serializers.CharField())


class TurnCauseFacts(serializers.Serializer):
    """A standard that turns the verdict: its status on the day before, and on the day."""

    standard = serializers.CharField()
    before = serializers.ChoiceField(Status.choices)
    status = serializers.ChoiceField(Status.choices)
    why = ReasonFacts(many=True)


class TurnFacts(serializers.Serializer):
    """A day on which the verdict turns, and which standards turn it."""

    day = serializers.DateField()
    before = serializers.ChoiceField(Verdict.choices, help_text="The verdict on the day before")
    verdict = serializers.ChoiceField(Verdict.choices, help_text="The verdict on the day")
    causes = TurnCauseFacts(many=True)


class OutlookFacts(serializers.Serializer):
    """When a product next stops and starts being compliant, in a list."""

    stops_being_compliant = serializers.DateField(
        allow_null=True,
        help_text="The next day after as_of on which it is not compliant any more; null if none"
        " is known",
    )
    becomes = serializers.ChoiceField(
        Verdict.choices, allow_null=True, help_text="The verdict on that day"
    )
    stops_because = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes of the standards not met, or excused, on that day",
    )
    starts_being_compliant = serializers.DateField(
        allow_null=True,
        help_text="The next day after as_of, or after it stops, on which it starts being"
        " compliant; null if none is known",
    )


def outlook(row: ProductRow) -> dict:
    """What a list says."""
    stops, starts = row.forecast.stops, row.forecast.starts
    return {
        "stops_being_compliant": stops.day if stops else None,
        "becomes": stops.verdict if stops else None,
        "stops_because": list(row.because),
        "starts_being_compliant": starts.day if starts else None,
    }


def turns(forecast: ProductForecast) -> dict:
    """What a detail says besides."""
    return {"stops": _turn(forecast.stops), "starts": _turn(forecast.starts)}


def _turn(shown: ShownTurn | None) -> dict | None:
    if shown is None:
        return None
    return {
        "day": shown.day,
        "before": shown.before.value,
        "verdict": shown.verdict.value,
        "causes": [_cause(cause) for cause in shown.causes],
    }


def _cause(cause: Cause) -> dict:
    return {
        "standard": cause.standard.code,
        "before": cause.before.value,
        "status": cause.status.value,
        "why": reasons(cause.why),
    }


def reasons(why: Why | None) -> list[dict]:
    """What is in the way, each thing with its reasons in words."""
    return [
        {
            "criterion": line.code,
            "reasons": [reason.words for reason in line.reasons] or [line.words],
        }
        for line in (why.lines if why else ())
    ]
