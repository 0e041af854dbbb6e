"""Takes away a person's second factor from the command line: for the one admin who has lost phone and codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from people import inviting, standing


class Command(BaseCommand):
    help = "Takes away a person's second factor and signs them out; the password alone is asked for until they set up another."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address with which the person signs in")

    def handle(self, *_: object, **options: Any) -> None:
        email = options["email"].strip().lower()
        person = inviting.known(email)
        if person is None:
            raise CommandError(
                f"Nobody signs in with {email!r}. Say the address as it stands under /people/."
            )
        gone = standing.forget_second_factor(person, None)
        if not gone:
            raise CommandError(
                f"{email} has no second factor; nothing was changed but that they are signed out."
            )
        self.stdout.write(f"{email} signs in with the password alone until they set up a second factor.")
