"""What is asked when a machine's report is sent on a page."""

from django import forms

from registry.evidence.forms.shared import product_field


class ReportForm(forms.Form):
    """Which product the report is about, and the report."""

    product = product_field()
    release = forms.CharField(
        label="Product release",
        required=False,
        max_length=80,
        help_text="If it is about one release only. For example, 4.2",
    )
    file = forms.FileField(
        label="Report",
        help_text="A FHIR TestReport (R4) or Inferno’s results, in JSON, up to 20 MB",
        error_messages={"required": "Select the report"},
    )

    def __init__(self, *args, products, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = products
