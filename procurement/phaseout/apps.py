from django.apps import AppConfig


class PhaseoutConfig(AppConfig):
    name = "procurement.phaseout"
    label = "phaseout"
    verbose_name = "Phase-out"
