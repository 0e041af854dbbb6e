"""The question side as a Django app."""

from django.apps import AppConfig


class LawqaConfig(AppConfig):
    name = "lawqa"

    def ready(self) -> None:
        from lawqa import checks  # noqa: F401  registers them
