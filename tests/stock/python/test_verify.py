"""PyJWT verifies an access token against the published keys (RFC 9068 §4)."""

import jwt
import pytest

from blocks import AUDIENCE, INTROSPECTION, ISSUER, JWKS, STANDARD
from libraries import authlib

CLAIMS = ["iss", "sub", "aud", "client_id", "iat", "exp", "jti", "scope"]


def verify(token, audience, issuer=ISSUER):
    key = jwt.PyJWKClient(JWKS).get_signing_key_from_jwt(token)
    return jwt.decode(
        token,
        key,
        algorithms=["ES256"],
        audience=audience,
        issuer=issuer,
        options={"require": CLAIMS},
    )


@pytest.fixture
def token():
    return authlib(STANDARD, "basic").token["access_token"]


def test_a_token_verifies(library, block):
    session = library(block, "basic")
    token = session.token["access_token"]
    asked = authlib(block, "basic").introspect_token(INTROSPECTION, token=token).json()
    claims = verify(token, asked["aud"])
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    assert claims["sub"] == claims["client_id"] == block.client_id
    assert claims["exp"] - claims["iat"] == session.token["expires_in"]
    assert sorted(claims["scope"].split()) == sorted(block.scopes)


def test_the_audience_is_the_one_that_was_promised(token):
    assert verify(token, AUDIENCE)["aud"] == AUDIENCE


def test_another_audience_is_refused(token):
    with pytest.raises(jwt.InvalidAudienceError):
        verify(token, "https://elsewhere.example.com")


def test_another_issuer_is_refused(token):
    with pytest.raises(jwt.InvalidIssuerError):
        verify(token, AUDIENCE, issuer="https://elsewhere.example.com")


def test_another_tokens_signature_is_refused(token):
    header, claims, _ = token.split(".")
    another = authlib(STANDARD, "basic").token["access_token"].rsplit(".", 1)[1]
    with pytest.raises(jwt.InvalidSignatureError):
        verify(f"{header}.{claims}.{another}", AUDIENCE)


def test_an_unknown_key_is_refused():
    foreign = jwt.encode({"iss": ISSUER}, "k" * 32, algorithm="HS256", headers={"kid": "unknown"})
    with pytest.raises(jwt.PyJWKClientError):
        verify(foreign, AUDIENCE)
