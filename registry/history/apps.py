from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "registry.history"
    label = "history"
    verbose_name = "History"
