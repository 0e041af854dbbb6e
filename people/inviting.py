"""Inviting people and letting them in: the verbs behind the pages and the command."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from audit import hashed, record
from corpus.models import User
from corpus.roles import Role
from people.models import LIVES, Invitation, new_token
from people.naming import new_username
from people.standing import end_sessions


class NotPossible(ValueError):
    """What was asked cannot be done; says why, in a sentence for the person who asked."""


def invite(email: str, role: Role, by: User | None) -> str:
    """Invite a new person; an earlier invitation of the same address ends. Returns the token of the link.

    Raises NotPossible.
    """
    email = email.strip().lower()
    if known(email) is not None:
        raise NotPossible(f"{email} is here already. Find them in the list, and give them a new link there.")
    with transaction.atomic():
        Invitation.objects.open().filter(email=email).update(withdrawn_at=timezone.now())
        return _write(email, role, None, by)


def link_for(person: User, by: User | None) -> str:
    """A link by which a person who is here chooses a new password. Returns its token. Raises NotPossible."""
    if not person.is_active:
        raise NotPossible(f"{person} is suspended. Let them in again first.")
    if not person.email:
        raise NotPossible(f"{person} has no e-mail address to sign in with.")
    with transaction.atomic():
        Invitation.objects.open().filter(person=person).update(withdrawn_at=timezone.now())
        return _write(person.email, Role(person.role), person, by)


def withdraw(invitation: Invitation, by: User) -> None:
    """End a link that was not used."""
    with transaction.atomic():
        if Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
            record("user.withdrawn", by, subject=_subject(invitation), facts=_address(invitation.email))


def accept(invitation: Invitation, password: str, name: str = "") -> User:
    """Let a person in with the password that they chose. Raises NotPossible when the link was just used."""
    with transaction.atomic():
        if not Invitation.objects.use(invitation):
            raise NotPossible("This link was used just now. Sign in with the password that was chosen then.")
        person = invitation.person or _new_person(invitation, name)
        if not person.is_active:
            raise NotPossible("This account is suspended. Ask whoever invited you.")
        person.set_password(password)
        person.save(update_fields=["password"])
        end_sessions(person)
        Invitation.objects.filter(pk=invitation.pk).update(person=person)
        action = "user.password" if invitation.person else "user.created"
        record(action, person, subject=f"user:{person.pk}", facts={"role": person.role})
    return person


def known(email: str) -> User | None:
    """Who signs in with an address."""
    held = EmailAddress.objects.filter(email__iexact=email).select_related("user").first()
    return held.user if held else User.objects.filter(email__iexact=email).first()


def _write(email: str, role: Role, person: User | None, by: User | None) -> str:
    token = new_token()
    invitation = Invitation(email=email, role=role, person=person, invited_by=by)
    invitation.set_token(token, timezone.now() + LIVES)
    invitation.save()
    action = "user.link" if person else "user.invited"
    record(action, by, subject=_subject(invitation), facts={**_address(email), "role": str(role)})
    return token


def _subject(invitation: Invitation) -> str:
    """What the log names: the row that holds the address for as long as it is kept."""
    return f"user:{invitation.person_id}" if invitation.person_id else f"invitation:{invitation.pk}"


def _address(email: str) -> dict[str, str]:
    """An address as the log may hold it for ever: it tells whether an address that is known was meant, and no more.

    The log is never changed, so an address in it could not be erased when a person may ask for that (GDPR, art. 17).
    The row that the subject names holds it in the open, and can be erased without touching the chain.
    """
    return {"email_hash": hashed(email.strip().lower())}


def _new_person(invitation: Invitation, name: str) -> User:
    """The address counts as theirs: an admin who knows them handed them the link."""
    if known(invitation.email) is not None:
        raise NotPossible(f"{invitation.email} is here already. Sign in, or ask for a new link.")
    person = User(
        username=new_username(), email=invitation.email, role=invitation.role, first_name=name[:150]
    )
    person.save()
    EmailAddress.objects.create(user=person, email=invitation.email, primary=True, verified=True)
    return person
