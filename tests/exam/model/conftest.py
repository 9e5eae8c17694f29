"""What do the tests of the model examiner share? A service on this machine, a rubric, a text."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from liveloop.exam.model import Access

SPEC = importlib.util.spec_from_file_location("model_service", Path(__file__).with_name("service.py"))
wire = sys.modules["model_service"] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(wire)


@pytest.fixture(scope="session")
def _service():
    service = wire.Service()
    yield service
    service.close()


@pytest.fixture
def service(_service):
    _service.use(wire.good)
    yield _service
    _service.release.set()


@pytest.fixture(params=["anthropic", "openai"])
def access(request, service):
    url = service.root if request.param == "anthropic" else f"{service.root}/v1"
    return Access(request.param, url, "the-model", SecretStr(wire.KEY), 3.0, 15.0)


@pytest.fixture
def local(service):
    """For what does not depend on the protocol."""
    return Access("openai", f"{service.root}/v1", "the-model", SecretStr(wire.KEY), 3.0, 15.0)
