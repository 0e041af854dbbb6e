"""Invites a person from the command line: how the first admin of an installation comes in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from corpus.roles import Role
from people import inviting
from people.models import LIVES


class Command(BaseCommand):
    help = "Makes a link by which a person chooses a password and comes in; or, for one who is here, a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address with which the person will sign in")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMIN.value)
        parser.add_argument(
            "--site", default="", help="how people reach this installation, as https://law.firm.example"
        )

    def handle(self, *_: object, **options: Any) -> None:
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email!r} is no e-mail address.") from None
        person = inviting.known(email)
        try:
            token = (
                inviting.link_for(person, None)
                if person
                else inviting.invite(email, Role(options["role"]), None)
            )
        except inviting.NotPossible as error:
            raise CommandError(str(error)) from None
        link = f"{options['site'].rstrip('/') or _site()}{reverse('people:join', args=[token])}"
        self.stdout.write(f"Hand this over to {email}; it works once, for {LIVES.days} days:\n{link}")


def _site() -> str:
    """The first host that is named."""
    host = next((host.lstrip(".*") for host in settings.ALLOWED_HOSTS if host.strip(".*")), "localhost")
    return f"http://{host}:8000" if settings.LAWQA_LAPTOP else f"https://{host}"
