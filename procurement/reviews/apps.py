from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "procurement.reviews"
    label = "reviews"
    verbose_name = "Reviews"
