"""A SAML identity provider on loopback: it tells its metadata, and signs what it is told to say."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
import zlib
from dataclasses import dataclass, field, replace
from http.server import ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from tests import loopback

ENTITY = "https://id.firm.example/saml"
EMAIL = "urn:oid:0.9.2342.19200300.100.1.3"
SAML, SAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA = """\
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{cert}\
</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{address}/sign-on"/>
</IDPSSODescriptor></EntityDescriptor>"""
RESPONSE = """\
<samlp:Response xmlns:samlp="{samlp}" xmlns:saml="{saml}" ID="{response}" Version="2.0" IssueInstant="{now}"
 Destination="{destination}"{answers}><saml:Issuer>{issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>
<saml:Assertion ID="{assertion}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{name}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 NotOnOrAfter="{until}" Recipient="{destination}"{answers}/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{since}" NotOnOrAfter="{until}"><saml:AudienceRestriction><saml:Audience>{audience}\
</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="{assertion}"><saml:AuthnContext><saml:AuthnContextClassRef>\
urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement><saml:Attribute Name="{attribute}"><saml:AttributeValue>{email}</saml:AttributeValue>\
</saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>"""


@dataclass(frozen=True)
class Signer:
    """A key and its certificate."""

    key: bytes
    certificate: bytes

    @property
    def inline(self) -> str:
        return "".join(self.certificate.decode().splitlines()[1:-1])


def a_signer() -> Signer:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "id.firm.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(1))
        .not_valid_after(now + dt.timedelta(1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    return Signer(private, certificate.public_bytes(pem))


@dataclass(frozen=True)
class Said:
    """What a response says; every field may be made wrong."""

    destination: str
    audience: str
    answers: str
    """The id of the request; none: it was not asked for."""
    signer: Signer | None
    email: str = "ben@firm.example"
    name: str = "7"
    issuer: str = ENTITY
    attribute: str = EMAIL
    status: str = "Success"
    age: dt.timedelta = dt.timedelta()
    change: tuple[str, str] = ("", "")
    """Words that are put in the place of others after it was signed."""

    def signed(self, **other: object) -> str:
        """As it stands in the form that a browser sends: the assertion is signed, as most servers do it."""
        said = replace(self, **other)  # type: ignore[arg-type]  # fields of its own
        text = said._written()
        if said.signer is not None:
            text = _with_signature(text, said.signer)
        return (
            base64.b64encode(text.replace(*said.change).encode()).decode() if said.change[0] else _coded(text)
        )

    def _written(self) -> str:
        now = dt.datetime.now(dt.UTC) - self.age
        stamp = [f"{now + dt.timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}" for minutes in (-1, 0, 2)]
        return RESPONSE.format(
            samlp=SAMLP, saml=SAML, response=f"_{secrets.token_hex(16)}", assertion=f"_{secrets.token_hex(16)}",
            since=stamp[0], now=stamp[1], until=stamp[2], destination=self.destination, issuer=self.issuer,
            answers=f' InResponseTo="{self.answers}"' if self.answers else "", audience=self.audience,
            name=escape(self.name), email=escape(self.email), attribute=self.attribute, status=self.status,
        )  # fmt: skip


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _with_signature(text: str, signer: Signer) -> str:
    from onelogin.saml2.utils import OneLogin_Saml2_Utils

    response = etree.fromstring(text.encode())
    assertion = response.find(f"{{{SAML}}}Assertion")
    assert assertion is not None
    signed = OneLogin_Saml2_Utils.add_sign(
        etree.tostring(assertion).decode(), signer.key.decode(), signer.certificate.decode()
    )
    response.replace(assertion, etree.fromstring(signed))
    return etree.tostring(response).decode()


class IdentityProvider(ThreadingHTTPServer):
    """What it tells of itself is `metadata`, or nothing: it is down."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.signer = a_signer()
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def metadata(self) -> str:
        return METADATA.format(entity=ENTITY, cert=self.signer.inline, address=self.address)


@dataclass(frozen=True)
class Request:
    """What we ask it for, as it stands in the address that a person is sent to."""

    id: str
    issuer: str
    consumer: str
    attributes: dict[str, str] = field(default_factory=dict)


def request_in(address: str) -> Request:
    packed = base64.b64decode(parse_qs(urlsplit(address).query)["SAMLRequest"][0])
    asked = etree.fromstring(zlib.decompress(packed, -15))
    issuer = asked.findtext(f"{{{SAML}}}Issuer") or ""
    attributes = {str(name): str(value) for name, value in asked.attrib.items()}
    return Request(attributes["ID"], issuer, attributes["AssertionConsumerServiceURL"], attributes)


class _Handler(loopback.Handler):
    server: IdentityProvider

    def do_GET(self) -> None:  # noqa: N802  the name that http.server calls
        self.server.asked.append(self.path)
        body = self.server.metadata.encode() if self.path == "/metadata" else b"<not metadata"
        self.reply(body, "application/samlmetadata+xml")
