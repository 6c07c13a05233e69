from django.apps import AppConfig


class SwitchboardConfig(AppConfig):
    name = "config"
    label = "config"
    verbose_name = "Switchboard"

    def ready(self) -> None:
        """Every task of the schedule must be heard of: the status page shows those that are not."""
        from config.celery import app
        from registry.operations import backlogs

        for words, entry in app.conf.beat_schedule.items():
            backlogs.expect(entry["task"], words)
