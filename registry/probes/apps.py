from django.apps import AppConfig


class ProbesConfig(AppConfig):
    name = "registry.probes"
    label = "probes"
    verbose_name = "Probes"

    def ready(self) -> None:
        """Say on the status page what is owed and which tasks must be alive."""
        from django.utils import timezone

        from registry.operations import backlogs
        from registry.probes import selectors
        from registry.probes.selectors import control, prechecks, running

        backlogs.register(
            "Endpoints that are due for a visit", lambda: selectors.backlog(now=timezone.now())
        )
        backlogs.register("Endpoints that wait for an officer to vouch", selectors.vouching_backlog)
        backlogs.register("Visits that lie in no month’s partition", selectors.strays_backlog)
        backlogs.register_figures("The prober", lambda now: running.figures(now=now))
        backlogs.register_metrics("probes", lambda now: running.metrics(now=now))
        backlogs.register("Pre-checks that wait or run", prechecks.backlog)
        backlogs.register(
            "Proofs of control that must be looked for",
            lambda: control.proofs_backlog(now=timezone.now()),
        )
        for task in (
            "probes.claim_due",
            "probes.claim_proofs",
            "probes.keep_visits",
            "probes.run_prechecks",
            "probes.settle_control",
            "probes.sweep",
        ):
            backlogs.expect(task)
        backlogs.describe("probes.look_for_proofs", "Looking for proofs of control")
        backlogs.describe("probes.visit_batch", "Visiting endpoints")
