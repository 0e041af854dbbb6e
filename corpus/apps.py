"""The library as a Django app."""

from django.apps import AppConfig


class CorpusConfig(AppConfig):
    name = "corpus"

    def ready(self) -> None:
        from corpus import checks  # noqa: F401  registers them
