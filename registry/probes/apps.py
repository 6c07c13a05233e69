from django.apps import AppConfig


class ProbesConfig(AppConfig):
    name = "registry.probes"
    label = "probes"
    verbose_name = "Probes"
