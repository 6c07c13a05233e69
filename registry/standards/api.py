"""Standards in the API."""

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers

from registry.common.api.readonly import PeriodFact, ReadOnlyViewSet, documented
from registry.common.periods import as_pair
from registry.standards import selectors
from registry.standards.enums import Form, Level, StandardClass, Standing
from registry.standards.filters import StandardFilter
from registry.standards.models import Criterion, Standard, StandardVersion


class AskedCheckFacts(serializers.Serializer):
    """An automated check and its parameters."""

    id = serializers.CharField()
    params = serializers.DictField()


class CriterionFacts(serializers.Serializer):
    """One requirement of an edition."""

    code = serializers.CharField()
    level = serializers.ChoiceField(Level.choices)
    text = serializers.CharField()
    proofs = serializers.ListField(child=serializers.ChoiceField(Form.choices))
    check = AskedCheckFacts(allow_null=True)
    requirements = serializers.ListField(
        child=serializers.CharField(),
        help_text="What testing tools call it: a machine's report is matched by exactly these",
    )


class VersionFacts(serializers.Serializer):
    """An edition of a standard."""

    version = serializers.CharField()
    accepted = PeriodFact(help_text="When meeting it counts as meeting the standard")
    published = serializers.DateField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    verified = serializers.BooleanField()
    criteria = CriterionFacts(many=True)


class ScopeFacts(serializers.Serializer):
    """Who must meet a standard, and when; `capability` is null for every product."""

    capability = serializers.CharField(allow_null=True)
    required = PeriodFact()


class StandardFacts(serializers.Serializer):
    """A standard, with its editions, their criteria, and who must meet it."""

    url = serializers.URLField()
    page = serializers.URLField()
    code = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.CharField(allow_blank=True)
    summary = serializers.CharField(allow_blank=True)
    standing = serializers.ChoiceField(Standing.choices, help_text="Whether it binds today")
    next_mandatory = serializers.DateField(
        allow_null=True, help_text="The next day on which it becomes mandatory for somebody"
    )
    legal_basis = serializers.CharField(allow_blank=True)
    legal_basis_in_force = serializers.DateField(allow_null=True)
    superseded_by = serializers.CharField(allow_null=True)
    verified = serializers.BooleanField()
    basis = serializers.CharField(allow_blank=True)
    scope = ScopeFacts(many=True)
    versions = VersionFacts(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """The register format's `class` too, which Python does not let a class body say."""
        return {**super().get_fields(), "class": serializers.ChoiceField(StandardClass.choices)}


class StandardViewSet(ReadOnlyViewSet):
    """Standards by code; another board's code of the same four digits finds them too."""

    serializer_class = StandardFacts
    filterset_class = StandardFilter
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[Standard]:
        return selectors.detailed(selectors.every_standard())

    def find(self, key: str) -> Standard | None:
        found = selectors.find(key)
        if found is None:
            return None
        return selectors.with_standing(self.get_queryset(), on=self.asked.on).get(pk=found.pk)

    def facts(self, things: list[Standard], *, detail: bool) -> list[dict]:
        origin = self.request.build_absolute_uri("/").rstrip("/")
        return [_standard(each, origin) for each in things]

    @documented(StandardFacts, many=True, summary="Standards")
    def list(self, request):
        """Every standard, by code."""
        return super().list(request)

    @documented(StandardFacts, summary="One standard")
    def retrieve(self, request, **kwargs: str):
        """A standard by its code."""
        return super().retrieve(request, **kwargs)


def _standard(standard: Standard, origin: str) -> dict:
    return {
        "url": origin + reverse("api-standard-detail", kwargs={"code": standard.code}),
        "page": origin + reverse("standard", kwargs={"code": standard.code}),
        "code": standard.code,
        "name": standard.name,
        "class": standard.standard_class,
        "owner": standard.owner,
        "summary": standard.summary,
        "standing": standard.standing,
        "next_mandatory": standard.next_mandatory,
        "legal_basis": standard.legal_basis,
        "legal_basis_in_force": standard.legal_basis_in_force,
        "superseded_by": standard.superseded_by.code if standard.superseded_by else None,
        "verified": standard.verified,
        "basis": standard.basis,
        "scope": [
            {
                "capability": scope.capability.ref if scope.capability else None,
                "required": as_pair(scope.required),
            }
            for scope in standard.scopes.all()
        ],
        "versions": [_version(version) for version in standard.versions.all()],
    }


def _version(version: StandardVersion) -> dict:
    return {
        "version": version.version,
        "accepted": as_pair(version.accepted),
        "published": version.published_on,
        "note": version.note,
        "verified": version.verified,
        "criteria": [_criterion(criterion) for criterion in version.criteria.all()],
    }


def _criterion(criterion: Criterion) -> dict:
    check = {"id": criterion.check_id, "params": criterion.check_params}
    return {
        "code": criterion.code,
        "level": criterion.level,
        "text": criterion.text,
        "proofs": criterion.proofs,
        "check": check if criterion.check_id else None,
        "requirements": criterion.requirements,
    }
