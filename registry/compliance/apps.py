from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "registry.compliance"
    label = "compliance"
    verbose_name = "Compliance"
