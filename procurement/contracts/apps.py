from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "procurement.contracts"
    label = "contracts"
    verbose_name = "Contracts"

    def ready(self) -> None:
        from procurement.contracts.presenters import where_it_is_used
        from registry.common import panels

        panels.register(
            "product", order=60, reader=where_it_is_used, template="contracts/product_panel.html"
        )
