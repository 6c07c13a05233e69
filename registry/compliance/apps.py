from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "registry.compliance"
    label = "compliance"
    verbose_name = "Compliance"

    def ready(self) -> None:
        """Answer bells, and say on the status page what is owed."""
        from registry.common import panels
        from registry.compliance import receivers, selectors  # noqa: F401
        from registry.compliance.presenters.previewing import panel_of_draft
        from registry.operations import backlogs

        panels.register(
            "draft",
            order=10,
            reader=panel_of_draft,
            template="evidence/parts/change.html",
        )
        panels.register(
            "assessment",
            order=10,
            reader=panel_of_draft,
            template="evidence/parts/change.html",
        )
        panels.register(
            "assessment",
            order=10,
            reader=panel_of_draft,
            template="evidence/parts/change.html",
        )
        backlogs.register("Products whose timelines are to be computed again", selectors.backlog)
        backlogs.register_progress(selectors.progress)
