from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "registry.evidence"
    label = "evidence"
    verbose_name = "Evidence"

    def ready(self) -> None:
        """Say on the status page which files wait for the scanner."""
        from registry.evidence import selectors
        from registry.operations import backlogs

        backlogs.register("Files that wait for the virus scanner", selectors.scans_backlog)
