"""What the operator says about signing in: understood, or refused in one sentence that repeats no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawqa.env import BadSetting
from people.environment import Mail, Provider, SignIn, providers, read

OIDC = {
    "LAWQA_OIDC_URL": "https://id.firm.example/realm/", "LAWQA_OIDC_CLIENT": "lawqa", "LAWQA_OIDC_SECRET": "s3cret",
}  # fmt: skip


def test_nothing_said_is_nothing_done() -> None:
    assert read({}) == SignIn()
    assert providers(SignIn()) == {}


def test_single_sign_on(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    said = {**OIDC, "LAWQA_OIDC_SECRET": "", "LAWQA_OIDC_SECRET_FILE": str(secret), "LAWQA_OIDC_NAME": "Firm"}
    found = read({**said, "LAWQA_SIGN_ON_DOMAINS": "Firm.example, @other.firm.example"})
    assert found.oidc == Provider("Firm", "https://id.firm.example/realm", "lawqa", "s3cret")
    assert found.domains == ("firm.example", "other.firm.example")
    [app] = providers(found)["openid_connect"]["APPS"]
    assert (app["secret"], app["settings"]["server_url"]) == ("s3cret", "https://id.firm.example/realm")


@pytest.mark.parametrize(("said", "required"), [("", False), ("offered", False), (" Required", True)])
def test_the_second_factor_is_offered_or_required(said: str, required: bool) -> None:
    assert read({"LAWQA_SECOND_FACTOR": said}).second_factor_required is required


def test_former_keys() -> None:
    assert read({"LAWQA_SECRET_KEYS_FORMER": "one-key,,another"}).former_keys == ("one-key", "another")


@pytest.mark.parametrize(
    ("said", "mail"),
    [
        (
            "smtp://law%40firm:p%40ss@mail.firm.example",
            Mail("mail.firm.example", 587, "l@f.example", "law@firm", "p@ss"),
        ),
        ("smtps://mail.firm.example:4650", Mail("mail.firm.example", 4650, "l@f.example", tls="ssl")),
    ],
)
def test_mail(said: str, mail: Mail) -> None:
    assert read({"LAWQA_MAIL": said, "LAWQA_MAIL_FROM": "l@f.example"}).mail == mail


@pytest.mark.parametrize(
    ("said", "says"),
    [
        pytest.param(
            {**OIDC, "LAWQA_OIDC_URL": "http://id.firm.example"}, "has to begin with https", id="open-http"
        ),
        pytest.param(
            {**OIDC, "LAWQA_OIDC_URL": "https://s3cret@id.firm.example"}, "not understood", id="a-name-in-it"
        ),
        pytest.param({**OIDC, "LAWQA_OIDC_URL": "https://["}, "not understood", id="no-address"),
        pytest.param({**OIDC, "LAWQA_OIDC_URL": ""}, "no LAWQA_OIDC_URL", id="no-issuer"),
        pytest.param({**OIDC, "LAWQA_OIDC_SECRET": ""}, "LAWQA_OIDC_SECRET_FILE", id="no-secret"),
        pytest.param({"LAWQA_SIGN_ON_DOMAINS": "firm.example, *"}, "'*' is no domain", id="everybody"),
        pytest.param({"LAWQA_SIGN_ON_DOMAINS": "example"}, "is no domain", id="a-whole-ending"),
        pytest.param({"LAWQA_MAIL": "http://s3cret@mail"}, "not understood", id="not-mail"),
        pytest.param({"LAWQA_MAIL": "smtp://mail"}, "LAWQA_MAIL_FROM", id="no-sender"),
        pytest.param({"LAWQA_SECOND_FACTOR": "always"}, "offered or required", id="always"),
        pytest.param({"LAWQA_PLAIN_HTTP": "perhaps"}, "say 1 or 0", id="perhaps"),
        pytest.param({"LAWQA_SAML_ENTITY": "x"}, "Say both", id="half-of-saml"),
    ],
)
def test_what_cannot_be_meant_is_refused(said: dict[str, str], says: str) -> None:
    with pytest.raises(BadSetting, match=says) as refused:
        read(said)
    assert "s3cret" not in str(refused.value)


def test_saml_says_how_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {
        "LAWQA_SAML_METADATA": "https://id.firm.example/metadata",
        "LAWQA_SAML_ENTITY": "https://id.firm.example",
    }
    monkeypatch.setattr("people.environment.importlib.util.find_spec", lambda name: None)
    with pytest.raises(BadSetting, match=r"pip install lawqa\[saml\]"):
        read(said)
    monkeypatch.setattr("people.environment.importlib.util.find_spec", lambda name: object())
    [app] = providers(read(said))["saml"]["APPS"]
    assert app["settings"]["idp"]["metadata_url"] == said["LAWQA_SAML_METADATA"]
