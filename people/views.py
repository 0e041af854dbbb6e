"""The pages of people: the list for admins, what is done to one, and the doors that are closed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.models import Login
from allauth.mfa.adapter import get_adapter as get_factors
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import remove_webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from corpus.models import User
from corpus.roles import Role, at_least
from corpus.views import Page
from people import inviting, standing
from people.forms import WHAT_ROLES_MAY, WHAT_YOU_MAY, FindForm, InviteForm, JoinForm, RoleForm
from people.inviting import NotPossible
from people.laptop import NAME as LAPTOP
from people.models import LIVES, Invitation
from people.second_factor import has_one

PEOPLE_A_PAGE = 50


class AdminPage(Page):
    """Open to admins; who has not signed in is asked to."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not at_least(request.user, Role.ADMIN):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


@method_decorator(never_cache, name="dispatch")  # a link to join is shown once
class PeoplePage(AdminPage):
    """Everybody who may come in, and who was invited."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "people/people.html", _listed(request, InviteForm()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = InviteForm(request.POST)
        if form.is_valid():
            try:
                token = inviting.invite(
                    form.cleaned_data["email"], form.cleaned_data["role"], _acting(request)
                )
            except NotPossible as error:
                form.add_error("email", str(error))
            else:
                return _with_link(request, token, form.cleaned_data["email"])
        context = _listed(request, form)
        return render(request, "people/people.html", context, status=HTTPStatus.BAD_REQUEST)


@method_decorator(never_cache, name="dispatch")
class LinkPage(AdminPage):
    """A new link for a person who has lost the password."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = get_object_or_404(_people(), pk=pk)
        try:
            token = inviting.link_for(person, _acting(request))
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("people:people")
        return _with_link(request, token, person.email)


class PersonPage(AdminPage):
    """One person: role, standing, second factor."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        factors = Count("authenticator", distinct=True)
        person = get_object_or_404(_people().annotate(factors=factors), pk=pk)
        context = {"person": person, "roles": _roles(), "oneself": person.pk == request.user.pk}
        return render(request, "people/person.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person, by = get_object_or_404(_people(), pk=pk), _acting(request)
        try:
            messages.success(request, _done(request, person, by))
        except standing.Refused as error:
            messages.error(request, str(error))
        return redirect("people:person", pk)


class WithdrawInvitation(AdminPage):
    """A link that shall not be used any more."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        invitation = get_object_or_404(Invitation, pk=pk)
        inviting.withdraw(invitation, _acting(request))
        messages.success(request, f"The link for {invitation.email} no longer works.")
        return redirect("people:people")


@method_decorator([login_not_required, never_cache, sensitive_post_parameters()], name="dispatch")
class JoinPage(Page):
    """Where a link leads: its person chooses a password and is signed in."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = Invitation.objects.by_token(token)
        if invitation is None:
            return render(request, "people/link_gone.html", status=HTTPStatus.NOT_FOUND)
        return _join(request, invitation, JoinForm(person=_joining(invitation)))

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        invitation = Invitation.objects.by_token(token)
        if invitation is None:
            return render(request, "people/link_gone.html", status=HTTPStatus.NOT_FOUND)
        form = JoinForm(request.POST, person=_joining(invitation))
        if not form.is_valid():
            return _join(request, invitation, form, HTTPStatus.BAD_REQUEST)
        try:
            given = form.cleaned_data
            person = inviting.accept(invitation, given["password"], given.get("name", ""))
        except NotPossible as error:
            form.add_error(None, str(error))
            return _join(request, invitation, form, HTTPStatus.CONFLICT)
        return _sign_in(request, person)


@method_decorator(login_not_required, name="dispatch")
class ClosedDoor(Page):
    """What this installation does otherwise: nobody signs up or changes an address alone."""

    template = "people/closed.html"

    def get(self, request: HttpRequest, **_: object) -> HttpResponse:
        return render(request, self.template, status=HTTPStatus.NOT_FOUND)


class ProtectPage(Page):
    """Where a second factor is set up before anything else, when everybody has to have one."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("ask"), settings.LOGIN_URL)
        if has_one(_acting(request)):
            return redirect("people:account")
        return render(request, "people/protect.html")


class RemovePasskey(Page):
    """The library's own page, which does not ask whether it is the last one."""

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        theirs = Authenticator.objects.filter(pk=pk, user_id=request.user.pk).first()
        factors = get_factors()
        if theirs is not None and not factors.can_delete_authenticator(theirs):
            messages.error(request, factors.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        response: HttpResponseBase = remove_webauthn(request, pk=pk)
        return response


class AccountPage(Page):
    """One's own account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        context = {"role_may": WHAT_ROLES_MAY.get(Role(request.user.role), "")}
        return render(request, "people/account.html", context)


def _people() -> Any:
    """Everybody but the owner of a laptop, who has no door."""
    return User.objects.exclude(username=LAPTOP)


def _acting(request: HttpRequest) -> User:
    """Whoever does it: their page let nobody through who has not signed in."""
    return cast("User", request.user)


def _listed(request: HttpRequest, form: InviteForm) -> dict[str, object]:
    finding = FindForm(request.GET)
    find = finding.cleaned_data["find"] if finding.is_valid() else ""
    names = Q(email__icontains=find) | Q(first_name__icontains=find) | Q(last_name__icontains=find)
    people = _people().filter(names | Q(username__icontains=find)) if find else _people()
    people = people.annotate(factors=Count("authenticator", distinct=True)).order_by(
        "-is_active", "email", "pk"
    )
    return {
        "form": form, "finding": finding, "find": find, "roles": _roles(),
        "page": Paginator(people, PEOPLE_A_PAGE).get_page(request.GET.get("page")),
        "invitations": Invitation.objects.open().select_related("invited_by", "person"),
    }  # fmt: skip


def _roles() -> list[tuple[str, str, str]]:
    return [(role.value, role.label, WHAT_ROLES_MAY[role]) for role in Role]


def _with_link(request: HttpRequest, token: str, email: str) -> HttpResponse:
    """The page that shows a link this once: only its hash is kept."""
    link = request.build_absolute_uri(reverse("people:join", args=[token]))
    context = {"link": link, "email": email, "days": LIVES.days}
    return render(request, "people/link.html", context, status=HTTPStatus.CREATED)


def _joining(invitation: Invitation) -> User:
    return invitation.person or User(email=invitation.email)


def _join(
    request: HttpRequest, invitation: Invitation, form: JoinForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {"form": form, "invitation": invitation, "you_may": WHAT_YOU_MAY[Role(invitation.role)]}
    return render(request, "people/join.html", context, status=status)


def _sign_in(request: HttpRequest, person: User) -> HttpResponseBase:
    """As if by password just now: who has a second factor is asked for it."""
    from allauth.account.internal.flows.login import perform_password_login

    if request.user.is_authenticated:
        get_adapter().logout(request)
    credentials = {"email": person.email}
    response: HttpResponseBase = perform_password_login(
        request, credentials, Login(user=person, redirect_url="/")
    )
    return response


def _done(request: HttpRequest, person: User, by: User) -> str:
    """Does what the form asks for; returns what was done. Raises Refused."""
    name = person.email or str(person)
    match request.POST.get("do", ""):
        case "role":
            return _new_role(request, person, by)
        case "suspend":
            ended = standing.suspend(person, by)
            return f"{name} is suspended and was signed out of {ended} browser{'' if ended == 1 else 's'}."
        case "restore":
            standing.restore(person, by)
            return f"{name} may sign in again."
        case "forget":
            standing.forget_second_factor(person, by)
            return f"{name} signs in with the password alone until they set up a second factor."
        case "erase":
            standing.erase(person, by)
            return "The name and the addresses were erased."
        case _:
            raise standing.Refused("Choose what is to be done.")


def _new_role(request: HttpRequest, person: User, by: User) -> str:
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise standing.Refused("Choose one of the four roles.")
    role = form.cleaned_data["role"]
    standing.change_role(person, role, by)
    return f"{person.email or person} is now: {role.label.lower()}."
