from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "procurement.contracts"
    label = "contracts"
    verbose_name = "Contracts"
