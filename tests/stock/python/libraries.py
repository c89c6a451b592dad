"""One way to ask for a token for each library.

Each takes the same arguments and returns a session that adds the token to its
requests. What the server refuses comes out as the library's own exception.
"""

from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session as RequestsSession


def authlib(block, method, scopes=None, secret=None, **parameters):
    session = AuthlibSession(
        block.client_id,
        secret or block.client_secret,
        scope=" ".join(scopes or block.scopes),
        token_endpoint_auth_method=f"client_secret_{method}",
    )
    session.fetch_token(block.token_url, grant_type="client_credentials", **parameters)
    return session


def requests_oauthlib(block, method, scopes=None, secret=None, **parameters):
    client = BackendApplicationClient(block.client_id, scope=list(scopes or block.scopes))
    session = RequestsSession(client=client)
    session.fetch_token(
        block.token_url,
        client_secret=secret or block.client_secret,
        include_client_id=method == "post",
        **parameters,
    )
    return session


LIBRARIES = {"Authlib": authlib, "requests-oauthlib": requests_oauthlib}
