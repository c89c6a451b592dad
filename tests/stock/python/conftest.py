"""What every test is given, and the last line."""

import os

# requests-oauthlib speaks to loopback without TLS only when it is told to.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import pytest

from blocks import DUALOG, STANDARD
from libraries import LIBRARIES


@pytest.fixture(params=LIBRARIES)
def library(request):
    return LIBRARIES[request.param]


@pytest.fixture(params=["basic", "post"])
def method(request):
    return request.param


@pytest.fixture(params=[STANDARD, DUALOG], ids=lambda block: block.dialect)
def block(request):
    return request.param


def pytest_unconfigure(config):
    stats = config.pluginmanager.get_plugin("terminalreporter").stats
    passed, failed, broken = (len(stats.get(kind, [])) for kind in ("passed", "failed", "error"))
    print(f"Python: {passed} passed, {failed + broken} failed")
