from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "registry.common"
    label = "common"
    verbose_name = "Common"
