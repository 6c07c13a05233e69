"""A page with every component on it, for tests and for looking at."""

from datetime import date
from pathlib import Path

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from registry.common import forms as registry_forms
from registry.common.asking import Asked
from registry.common.errors import NotPermitted, RuleBroken
from registry.common.facets import Facet, FacetGroup
from registry.common.links import link
from registry.common.timeline_svg import Row, Spell
from registry.compliance.enums import Status, Verdict

HERE = Path(__file__).parent
ON = date(2026, 7, 1)


class EveryField(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        help_text="As on its first page", widget=forms.TextInput(attrs={"width": 20})
    )
    issuer = forms.EmailField(label="Issuer's email", required=False)
    pages = forms.IntegerField(min_value=1, widget=forms.NumberInput(attrs={"width": 4}))
    link = forms.URLField(label="Public link", required=False, assume_scheme="https")
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    kind = forms.ChoiceField(choices=[("", "Choose"), ("pdf", "PDF"), ("xml", "XML & such")])
    outcome = forms.ChoiceField(
        choices=[("accept", "Accept"), ("return", "Return")], widget=forms.RadioSelect
    )
    criteria = forms.MultipleChoiceField(
        choices=[("a", "Criterion A"), ("b", "Criterion B")], widget=forms.CheckboxSelectMultiple
    )
    several = forms.MultipleChoiceField(choices=[("x", "X"), ("y", "Y")], required=False)
    sure = forms.BooleanField(label="I have read it")
    document = forms.FileField(help_text="PDF up to 20 MB")
    valid_from = registry_forms.DateField(label="Valid from")
    valid_until = registry_forms.DateField(label="Valid until", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].option_hints = {"return": "Say what would do"}

    def clean(self):
        registry_forms.check_order(self, "valid_from", "valid_until")


class Term(forms.Form):
    """A contract's term."""

    compliant_from = registry_forms.DateField(label="Compliant from", required=False)
    compliant_until = registry_forms.DateField(label="to", required=False)


ROWS = [
    Row(
        "DCB0129 Clinical risk management: its application in the manufacture of health IT",
        [
            Spell(Status.MET, None, date(2025, 3, 1)),
            Spell(Status.NOT_MET, date(2025, 3, 1), date(2026, 1, 15)),
            Spell(Status.EXEMPT, date(2026, 1, 15), date(2027, 2, 1)),
            Spell(Status.NOT_MET, date(2027, 2, 1), None),
        ],
        "/standards/DCB0129/",
    ),
    Row("FHIR R4 UK Core", [Spell(Status.NOT_REQUIRED, None, date(2026, 10, 1)),
                            Spell(Status.MET, date(2026, 10, 1), None)]),
    Row("DTAC", []),
]  # fmt: skip


def context(request: HttpRequest, form: forms.Form) -> dict:
    """What the page shows; the chosen facets follow the address."""
    chosen = request.GET.getlist("standard")
    options = [
        Facet(f"S{n}", f"Standard number {n}", count=n * 1000, selected=f"S{n}" in chosen)
        for n in range(12)
    ]
    contracts = [
        [link(f"Product <{n}>", f"/products/p{n}/"), "31 March 2027", f"£{n},000"] for n in range(3)
    ]
    return {
        "form": form,
        "term": Term(),
        "on": ON,
        "asked": Asked(ON, None, date(2100, 1, 1)),
        "verdict": Verdict.NON_COMPLIANT,
        "statuses": list(Status),
        "rows": ROWS,
        "points": [True] * 20 + [False, None] + [True] * 8,
        "groups": [
            FacetGroup("standard", "Standard", options),
            FacetGroup("hosting", "Hosting", [Facet("cloud", "Cloud", 3)], multiple=False),
        ],
        "chosen": len(chosen),
        "contracts": contracts,
        "page_obj": Paginator(range(400), 20).get_page(request.GET.get("page")),
        "section": "products",
        "wide": True,
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """The page itself; `?say=` shows messages."""
    form = EveryField(request.POST, request.FILES) if request.method == "POST" else EveryField()
    for level in request.GET.getlist("say"):
        getattr(messages, level)(request, f"A {level} <message>")
    template = engines["jinja2"].from_string((HERE / "gallery.html").read_text())
    return HttpResponse(template.render(context(request, form), request))


def broken(request: HttpRequest) -> HttpResponse:
    """A service refused."""
    raise RuleBroken("The evidence was already assessed.")


def forbidden(request: HttpRequest) -> HttpResponse:
    """A service refused the person."""
    raise NotPermitted("Only an assessor may do this.")


def failing(request: HttpRequest) -> HttpResponse:
    """A mistake of ours."""
    raise ZeroDivisionError


urlpatterns = [
    path("gallery/", gallery),
    path("broken/", broken),
    path("forbidden/", forbidden),
    path("failing/", failing),
    path("", include("config.urls")),
]
