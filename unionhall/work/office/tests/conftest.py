import importlib
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse


@pytest.fixture
def get(cast) -> Callable[..., Any]:
    """`get("county_clerk", "unit", id, q="…")`: a page of the desk as somebody of the cast."""

    def page(who, name, /, *args, **query):
        return cast.client(who).get(reverse(f"office:{name}", args=args), query)

    return page


@pytest.fixture
def post(cast) -> Callable[..., Any]:
    """`post("county_clerk", "unit-found", id, name="…")`: an act of the desk as somebody of the cast."""

    def send(who, name, /, *args, **data):
        return cast.client(who).post(reverse(f"office:{name}", args=args), data)

    return send


@pytest.fixture
def desk(cast) -> Any:
    """The room whose tasks, figures and notices the pages show; named, since rooms do not import one another."""
    return importlib.import_module("unionhall.work.issues.tests.conftest").Desk(cast)
