from django import forms
from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "registry.common"
    label = "common"
    verbose_name = "Common"

    def ready(self) -> None:
        """Every field says in our words what cannot be chosen: Django's name no way on."""
        there_is_not = "“%(value)s” cannot be chosen here. Choose from the list"
        for kind in (
            forms.ChoiceField,
            forms.MultipleChoiceField,
            forms.ModelChoiceField,
            forms.ModelMultipleChoiceField,
        ):
            # A copy: one of them may share its words with another.
            kind.default_error_messages = kind.default_error_messages | {
                "invalid_choice": there_is_not,
                "invalid_pk_value": there_is_not,
                "invalid_list": "Choose from the list",
            }
