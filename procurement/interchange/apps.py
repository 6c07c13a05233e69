from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "procurement.interchange"
    label = "interchange"
    verbose_name = "Interchange"
