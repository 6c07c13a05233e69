from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "registry.standards"
    label = "standards"
    verbose_name = "Standards"
