"""What a person may do here from now on: the role, and whether they may come in at all."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit import record
from corpus.models import User
from corpus.roles import Role, at_least
from people.models import Invitation
from people.naming import new_username

SESSIONS_AT_ONCE = 500


class Refused(ValueError):
    """A change that would lock people out; says why."""


def change_role(person: User, role: Role, by: User) -> None:
    """Give a person another role. A superuser has that one from now on, and no administration. Raises Refused."""
    with transaction.atomic():
        now = _check(person, by)
        was = "superuser" if now.is_superuser else now.role
        User.objects.filter(pk=person.pk).update(role=role, is_superuser=False, is_staff=False)
        record("user.role", by, subject=f"user:{person.pk}", facts={"was": was, "role": str(role)})


def suspend(person: User, by: User) -> int:
    """Lock a person out at once, everywhere. Returns how many sessions ended. Raises Refused.

    What they asked and added stays. Their keys ask for their owner at every call, and find him suspended.
    """
    with transaction.atomic():
        _check(person, by)
        User.objects.filter(pk=person.pk).update(is_active=False)
        ended = end_sessions(person)
        record("user.suspended", by, subject=f"user:{person.pk}", facts={"sessions": ended})
    return ended


def restore(person: User, by: User) -> None:
    """Let a suspended person in again, with the role and the password that they had. Raises Refused."""
    with transaction.atomic():
        if not _check(person, by).email:
            raise Refused("The address of this person was erased. Invite them anew.")
        User.objects.filter(pk=person.pk).update(is_active=True)
        record("user.restored", by, subject=f"user:{person.pk}")


def forget_second_factor(person: User, by: User | None) -> int:
    """For who has lost phone and recovery codes: the password alone is asked for until they set up another.

    `by` None: whoever runs the installation, by command, when no other admin is there. Raises Refused.
    """
    with transaction.atomic():
        if by is not None:
            _check(person, by)
        gone: int = Authenticator.objects.filter(user=person).delete()[0]
        ended = end_sessions(person)
        facts = {"factors": gone, "sessions": ended}
        record("factor.reset", by, subject=f"user:{person.pk}", facts=facts)
    return gone


def erase(person: User, by: User) -> None:
    """Forget the name and every address of a suspended person, for good. Raises Refused.

    The row stays under a user name made of chance, since questions and entries of the audit log point to it: with
    nothing left that says whose it was, they point to nobody. There is no way back in.
    """
    with transaction.atomic():
        now = _check(person, by)
        if now.is_active:
            raise Refused("Suspend this person first: whoever can sign in has an address.")
        Invitation.objects.filter(Q(person=now) | Q(email__iexact=now.email)).exclude(email="").delete()
        for theirs in (EmailAddress, Authenticator, SocialAccount):
            theirs.objects.filter(user=now).delete()
        end_sessions(now)
        now.set_unusable_password()
        now.username, now.email, now.first_name, now.last_name = new_username(), "", "", ""
        now.save(update_fields=["username", "email", "first_name", "last_name", "password"])
        record("user.erased", by, subject=f"user:{now.pk}")


def end_sessions(person: User) -> int:
    """Sign a person out in every browser; returns in how many. A session names its user only inside."""
    live = Session.objects.filter(expire_date__gt=timezone.now())
    theirs = [
        session.session_key
        for session in live.iterator(chunk_size=SESSIONS_AT_ONCE)
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    for start in range(0, len(theirs), SESSIONS_AT_ONCE):
        Session.objects.filter(pk__in=theirs[start : start + SESSIONS_AT_ONCE]).delete()
    UserSession.objects.filter(user=person).delete()
    return len(theirs)


def _check(person: User, by: User) -> User:
    """Nobody changes their own standing, so that an installation always keeps an admin. The person as of now."""
    if person.pk == by.pk:
        raise Refused("Nobody changes their own role or suspends themselves. Ask another admin.")
    # One at a time: two admins who suspend each other would otherwise leave nobody.
    rows = User.objects.select_for_update().filter(pk__in=(person.pk, by.pk)).order_by("pk")
    now = {user.pk: user for user in rows}
    if not at_least(now.get(by.pk), Role.ADMIN):
        raise Refused("You are no admin any more: you were suspended or given another role just now.")
    if person.pk not in now:
        raise Refused(f"{person} is not here any more.")
    return now[person.pk]
