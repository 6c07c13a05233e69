from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "procurement.assessment"
    label = "assessment"
    verbose_name = "Assessment queue"
