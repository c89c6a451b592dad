"""The parts of demo.json that the tests use."""

import json
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A client of one dialect, and an API that it may call."""

    dialect: str
    token_url: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    guarded_url: str


def read(variable):
    """demo.json of the server that an environment variable names."""
    with open(os.environ[variable], encoding="utf-8") as file:
        return json.load(file)


DEMO = read("DEMO_JSON")
ISSUER = DEMO["issuer"]
METADATA = DEMO["standard"]["metadata"]
JWKS = DEMO["standard"]["jwks_uri"]
INTROSPECTION = DEMO["standard"]["introspection_endpoint"]
REVOCATION = DEMO["standard"]["revocation_endpoint"]
AUDIENCE = DEMO["standard"]["audience"]


def standard(demo):
    """The client of the block `standard`."""
    block = demo["standard"]
    return Block(
        dialect="standard",
        token_url=block["token_endpoint"],
        client_id=block["client_id"],
        client_secret=block["client_secret"],
        scopes=tuple(block["scopes"]),
        guarded_url=block["guarded_url"],
    )


def dualog(demo, which="organization_client"):
    """A client of the block `dualog`."""
    block = demo["dualog"]
    client = block[which]
    return Block(
        dialect="dualog",
        token_url=block["token_url"],
        client_id=client["client_id"],
        client_secret=client["client_secret"],
        scopes=tuple(block["scopes"]),
        guarded_url=block["ships_url"],
    )


STANDARD = standard(DEMO)
DUALOG = dualog(DEMO)
DUALOG_USER = dualog(DEMO, "user_client")
