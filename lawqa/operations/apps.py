"""Operating as a Django app: it has a table of its own, the signs of life of the workers."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "lawqa.operations"
    default_auto_field = "django.db.models.BigAutoField"
