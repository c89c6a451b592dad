"""A refusal comes out as the library's own exception, with our words in it."""

import pytest
import requests
from authlib.integrations.base_client import OAuthError
from oauthlib.oauth2 import OAuth2Error
from oauthlib.oauth2.rfc6749 import errors

from blocks import STANDARD, Block
from libraries import requests_oauthlib

REFUSALS = {
    "an unknown scope": ("invalid_scope", {"scopes": ("sink_ships",)}),
    "a wrong secret": ("invalid_client", {"secret": "prs_wrong"}),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_the_error_is_ours(library, method, block, what):
    error, arguments = REFUSALS[what]
    with pytest.raises((OAuthError, OAuth2Error)) as refused:
        library(block, method, **arguments)
    assert refused.value.error == error
    if block.dialect == "standard":
        assert refused.value.description


def test_oauthlib_knows_the_error_by_class(block):
    for kind, what in [
        (errors.InvalidScopeError, "an unknown scope"),
        (errors.InvalidClientError, "a wrong secret"),
    ]:
        with pytest.raises(kind):
            requests_oauthlib(block, "basic", **REFUSALS[what][1])


def test_an_unknown_client_is_refused_like_a_wrong_secret(library, method, block):
    stranger = Block(**{**vars(block), "client_id": "nobody"})
    with pytest.raises((OAuthError, OAuth2Error)) as refused:
        library(stranger, method)
    assert refused.value.error == "invalid_client"


def test_an_unknown_audience_is_refused(library):
    with pytest.raises((OAuthError, OAuth2Error)) as refused:
        library(STANDARD, "basic", audience="https://elsewhere.example.com")
    assert refused.value.error == "invalid_target"


def test_the_api_refuses_what_is_no_token(block):
    for headers, challenge in [
        ({}, 'Bearer realm="portreeve"'),
        ({"authorization": "Bearer not-a-token"}, 'error="invalid_token"'),
    ]:
        answer = requests.get(block.guarded_url, headers=headers, timeout=10)
        assert answer.status_code == 401
        assert challenge in answer.headers["www-authenticate"]
