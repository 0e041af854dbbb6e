"""The people's doors as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = "People"

    def ready(self) -> None:
        from people import second_factor

        second_factor.listen()
