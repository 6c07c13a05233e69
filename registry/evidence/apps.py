from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "registry.evidence"
    label = "evidence"
    verbose_name = "Evidence"
