"""A token at the end of its life, on a server whose tokens live for seconds."""

import time

import jwt
import pytest
import requests
from oauthlib.oauth2 import TokenExpiredError

import blocks
from libraries import authlib, requests_oauthlib

SHORT = blocks.read("SHORT_DEMO_JSON")
BOTH = [blocks.standard(SHORT), blocks.dualog(SHORT)]


@pytest.fixture(params=BOTH, ids=lambda block: block.dialect)
def block(request):
    return request.param


def wait_for_the_end_of(token):
    claims = jwt.decode(token, options={"verify_signature": False})
    time.sleep(max(0.0, claims["exp"] + 0.2 - time.time()))


def test_an_expired_token_is_refused_everywhere(block):
    token = authlib(block, "basic").token["access_token"]
    wait_for_the_end_of(token)
    answer = requests.get(
        block.guarded_url, headers={"authorization": f"Bearer {token}"}, timeout=10
    )
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    asked = authlib(block, "basic").introspect_token(
        SHORT["standard"]["introspection_endpoint"], token=token
    )
    assert asked.json() == {"active": False}
    key = jwt.PyJWKClient(SHORT["standard"]["jwks_uri"]).get_signing_key_from_jwt(token)
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(token, key, algorithms=["ES256"], options={"verify_aud": False})


def test_authlib_asks_again_by_itself(block):
    session = authlib(block, "basic")
    session.leeway = 0
    session.metadata.update(token_endpoint=block.token_url, grant_type="client_credentials")
    first = session.token["access_token"]
    wait_for_the_end_of(first)
    assert session.get(block.guarded_url).status_code == 200
    assert session.token["access_token"] != first


def test_oauthlib_says_that_it_has_expired(block):
    session = requests_oauthlib(block, "basic")
    wait_for_the_end_of(session.token["access_token"])
    with pytest.raises(TokenExpiredError):
        session.get(block.guarded_url)
