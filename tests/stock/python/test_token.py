"""Every library gets a token, and the token opens the API."""

import re

import pytest

from blocks import AUDIENCE, DEMO, DUALOG, DUALOG_USER, STANDARD
from libraries import authlib

LIFE = {"standard": 3600, "dualog": 86400}


def granted(session):
    """The scopes of a session's token; oauthlib makes a list of them."""
    scope = session.token["scope"]
    return scope.split() if isinstance(scope, str) else list(scope)


def test_a_token_opens_the_api(library, method, block):
    session = library(block, method)
    assert session.token["token_type"] == "Bearer"
    assert session.token["expires_in"] == LIFE[block.dialect]
    assert sorted(granted(session)) == sorted(block.scopes)
    answer = session.get(block.guarded_url)
    assert answer.status_code == 200, answer.text
    assert answer.json()


def test_a_scope_may_be_asked_for_alone(library, block):
    session = library(block, "basic", scopes=block.scopes[:1])
    assert granted(session) == [block.scopes[0]]


@pytest.mark.parametrize("name", ["audience", "resource"])
def test_the_audience_may_be_named(library, name):
    session = library(STANDARD, "basic", **{name: AUDIENCE})
    assert session.get(STANDARD.guarded_url).status_code == 200


@pytest.mark.parametrize(
    ("owned", "organization", "status"),
    [
        (DUALOG, "organization_id", 200),
        (DUALOG, "child_organization_id", 200),
        (DUALOG, "foreign_organization_id", 403),
        (DUALOG_USER, "organization_id", 200),
        (DUALOG_USER, "foreign_organization_id", 200),
    ],
    ids=lambda value: getattr(value, "client_id", None),
)
def test_a_token_reaches_what_its_owner_reaches(library, owned, organization, status):
    place = {"organizationId": DEMO["dualog"][organization]}
    answer = library(owned, "basic").get(owned.guarded_url, params=place)
    assert answer.status_code == status, answer.text


def test_a_token_does_not_open_another_service():
    answer = authlib(STANDARD, "basic").get(DUALOG.guarded_url)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_ids_and_secrets_survive_libraries_that_do_not_encode_them(block):
    # RFC 6749 §2.3.1 has them form-encoded before base64; many libraries leave that out.
    for text in (block.client_id, block.client_secret):
        assert re.fullmatch(r"[A-Za-z0-9_-]+", text)
