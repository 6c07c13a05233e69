from django.apps import AppConfig


class SwitchboardConfig(AppConfig):
    name = "config"
    label = "config"
    verbose_name = "Switchboard"
