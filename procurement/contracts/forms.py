"""What a buyer types about a contract."""

import re
from decimal import Decimal

from django import forms
from psycopg2.extras import DateRange

from procurement.buyers.models import Organisation
from procurement.contracts import rules
from registry.catalogue.models import Product, Supplier
from registry.common import forms as registry_forms

# What fits an address, an e-mail and a spreadsheet alike.
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


class MoneyField(forms.DecimalField):
    """An amount in pounds: "£1,250,000" and "1250000.00" are the same."""

    def to_python(self, value) -> Decimal | None:
        """The amount; signs of currency, commas and spaces are passed over."""
        return super().to_python(re.sub(r"[£,\s]", "", value) if isinstance(value, str) else value)


class SupplierForm(forms.Form):
    """Whose products the contract covers."""

    supplier = forms.ModelChoiceField(
        label="Supplier",
        queryset=Supplier.objects.none(),
        to_field_name="ref",
        empty_label="Select a supplier",
        error_messages={
            "required": "Select a supplier",
            "invalid_choice": "Select a supplier from the list",
        },
    )

    def __init__(self, data, *, suppliers):
        super().__init__(data)
        self.fields["supplier"].queryset = suppliers


class ContractForm(forms.Form):
    """A contract with one supplier."""

    buyer = forms.ModelChoiceField(
        label="Buyer",
        queryset=Organisation.objects.none(),
        to_field_name="ods",
        empty_label="Select an organisation",
        error_messages={
            "required": "Select the organisation that buys",
            "invalid_choice": "Select an organisation that you buy for",
        },
    )
    products = forms.ModelMultipleChoiceField(
        label="Products",
        help_text="Select all that the contract covers",
        queryset=Product.objects.none(),
        to_field_name="ref",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select at least one product",
            "invalid_choice": "Select products of this supplier",
        },
    )
    ref = forms.CharField(
        label="Contract reference",
        help_text="As in your own records, for example QOQ-2026-017",
        max_length=80,
        widget=forms.TextInput(attrs={"width": 20}),
        error_messages={"required": "Enter the contract reference"},
    )
    title = forms.CharField(
        label="Title",
        max_length=300,
        error_messages={"required": "Enter the title of the contract"},
    )
    signed = registry_forms.DateField(
        label="Signed on",
        called="The day of signing",
        required=False,
        help_text="For example, 20 2 2026",
    )
    first_day = registry_forms.DateField(
        label="First day of the term",
        help_text="For example, 1 4 2026",
        error_messages={"required": "Enter the first day of the term"},
    )
    last_day = registry_forms.DateField(
        label="Last day of the term",
        help_text="The last day on which the contract runs. For example, 31 3 2029",
        error_messages={"required": "Enter the last day of the term"},
    )
    value = MoneyField(
        label="Value in pounds",
        help_text="For the whole term, without VAT. Leave empty if it is not known",
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"width": 10}),
        error_messages={
            "invalid": "Enter an amount in pounds, like 1250000",
            "min_value": "The value must be 0 or more",
        },
    )

    def __init__(self, data=None, *, organisations, products):
        super().__init__(data)
        self.fields["products"].queryset = products
        self.fields["buyer"].queryset = organisations
        organisations = list(organisations)
        if len(organisations) == 1:
            self.fields["buyer"].widget = forms.HiddenInput()
            self.fields["buyer"].initial = organisations[0].ods

    def clean_ref(self) -> str:
        """A reference without spaces or signs that an address would have to escape."""
        ref = self.cleaned_data["ref"]
        if not REFERENCE.fullmatch(ref) or ref.endswith("/"):
            raise forms.ValidationError(
                "The reference may have letters, digits, hyphens, full stops, underscores and "
                "slashes, like QOQ-2026-017"
            )
        return ref

    def clean(self) -> dict:
        """The term, whose last day belongs to it."""
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first and last:
            try:
                self.cleaned_data["term"] = rules.term_from_days(first, last)
            except ValueError:
                self.add_error("last_day", "The last day must not be before the first day")
        return self.cleaned_data

    @property
    def term(self) -> DateRange:
        """The term of a valid form."""
        return self.cleaned_data["term"]


class LastDayForm(forms.Form):
    """A contract ends on another day than the register says."""

    last_day = registry_forms.DateField(
        label="Last day of the term",
        help_text="The last day on which the contract runs. For example, 31 3 2029",
        error_messages={"required": "Enter the last day of the term"},
    )
