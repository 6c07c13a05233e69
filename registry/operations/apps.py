from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "registry.operations"
    label = "operations"
    verbose_name = "Operations"
