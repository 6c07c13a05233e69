from django.apps import AppConfig


class PhaseoutConfig(AppConfig):
    name = "procurement.phaseout"
    label = "phaseout"
    verbose_name = "Phase-out"

    def ready(self) -> None:
        from procurement.phaseout import presenters, receivers, selectors, tasks  # noqa: F401
        from registry.common.panels import register
        from registry.operations import backlogs

        panel = "phaseout/panel.html"
        register("contract", order=20, reader=presenters.panel_of_contract, template=panel)
        register("product", order=70, reader=presenters.panel_of_product, template=panel)
        backlogs.register("Cases waiting for triage", selectors.triage_backlog)
        backlogs.expect(tasks.NAME)
