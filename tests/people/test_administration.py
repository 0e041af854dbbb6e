"""The administration is no way round the rules: people, matters, keys and the log are not in it."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client

from api.models import Key
from audit.models import Entry
from corpus.models import Membership, User
from people.models import Invitation
from tests.people.conftest import a_person


@pytest.fixture
def root(client: Client) -> User:
    person = a_person("root", is_staff=True, is_superuser=True)
    client.force_login(person)
    return person


def test_only_the_library_and_questions_are_in_it() -> None:
    listed = {f"{model._meta.app_label}.{model.__name__}" for model in admin.site._registry}
    assert listed == {
        "corpus.Collection", "corpus.Document", "corpus.Edition", "corpus.Section", "corpus.StoredFile",
        "corpus.Batch", "corpus.IngestJob", "lawqa.Question", "lawqa.Answer",
    }  # fmt: skip
    assert not {User, Membership, Invitation, Key, Entry} & set(admin.site._registry)


@pytest.mark.parametrize(
    "address",
    ["corpus/user/1/change/", "corpus/user/", "corpus/user/1/password/", "auth/group/", "mfa/authenticator/",
     "account/emailaddress/", "usersessions/usersession/", "socialaccount/socialaccount/", "audit/entry/"],
)  # fmt: skip
def test_people_have_no_page_in_it(client: Client, root: User, address: str) -> None:
    assert client.get(f"/admin/{address}").status_code == 404
    assert client.post(f"/admin/{address}", {"is_superuser": ""}).status_code == 404


def test_it_leads_to_where_they_are(client: Client, root: User) -> None:
    shown = client.get("/admin/").content.decode()
    for address in ("/people/", "/audit/", "/matters/", "/keys/"):
        assert f'href="{address}"' in shown
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
