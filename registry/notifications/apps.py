from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "registry.notifications"
    label = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Say on the status page what waits to be sent and what was given up."""
        from registry.notifications import selectors
        from registry.operations import backlogs

        backlogs.register("E-mails that wait to be sent", selectors.waiting_backlog)
        backlogs.register("E-mails that were given up", selectors.given_up_backlog)
