from django.apps import AppConfig


class WhatifConfig(AppConfig):
    name = "procurement.whatif"
    label = "whatif"
    verbose_name = "What if"

    def ready(self) -> None:
        from procurement.whatif import presenters
        from registry.common.panels import register

        register(
            "standard", order=10, reader=presenters.panel_of_standard, template="whatif/panel.html"
        )
