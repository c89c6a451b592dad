"""Authlib introspects (RFC 7662), revokes (RFC 7009) and discovers (RFC 8414)."""

import requests
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

from blocks import DEMO, INTROSPECTION, ISSUER, METADATA, REVOCATION, STANDARD
from libraries import authlib


def introspect(session, token=None):
    token = token or session.token["access_token"]
    answer = session.introspect_token(INTROSPECTION, token=token)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_introspection_tells_what_the_token_says(block, method):
    session = authlib(block, method)
    told = introspect(session)
    assert told["active"] is True
    assert told["iss"] == ISSUER
    # Apache's modules refuse an answer without `sub`, for a machine's token as well.
    assert told["sub"] == told["client_id"] == block.client_id
    assert sorted(told["scope"].split()) == sorted(block.scopes)
    assert told["exp"] - told["iat"] == session.token["expires_in"]


def test_introspection_tells_nothing_of_what_is_no_token(block):
    assert introspect(authlib(block, "basic"), "not-a-token") == {"active": False}


def test_a_revoked_token_is_refused_at_once(block, method):
    session = authlib(block, method)
    session.revocation_endpoint_auth_method = f"client_secret_{method}"
    assert session.get(block.guarded_url).status_code == 200
    answer = session.revoke_token(
        REVOCATION, token=session.token["access_token"], token_type_hint="access_token"
    )
    assert answer.status_code == 200, answer.text
    assert introspect(session) == {"active": False}
    refused = session.get(block.guarded_url)
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]


def test_what_is_no_token_may_be_revoked(block):
    # RFC 7009 §2.2: an invalid token is no error.
    answer = authlib(block, "basic").revoke_token(REVOCATION, token="not-a-token")
    assert answer.status_code == 200, answer.text


def test_metadata_is_found_and_true():
    assert get_well_known_url(ISSUER, external=True) == METADATA
    found = AuthorizationServerMetadata(requests.get(METADATA, timeout=10).json())
    assert found["issuer"] == ISSUER
    for name in ("token_endpoint", "introspection_endpoint", "revocation_endpoint", "jwks_uri"):
        assert found[name] == DEMO["standard"][name]
    assert found["grant_types_supported"] == ["client_credentials", "refresh_token"]
    assert set(STANDARD.scopes) <= set(found["scopes_supported"])
    # RFC 8414 §2 requires this one, and Authlib wants something in it: there is nothing
    # until a grant uses the authorization endpoint.
    assert found["response_types_supported"] == []
    AuthorizationServerMetadata(found, response_types_supported=["code"]).validate()
