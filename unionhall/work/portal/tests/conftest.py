"""Workers of the standing cast who come in by phone, and what they ask for."""

import re

import pytest
from django.test import Client

from unionhall.kernel.ledger import queries as ledger
from unionhall.work.portal.actions import help
from unionhall.work.portal.models import HelpRequest

WORKER, CLERK, NOBODY = "10000000014", "10000000002", "10099999999"
SIX = re.compile(r"\b(\d{6})\b")


class Phone:
    """A browser on somebody's phone."""

    def __init__(self, caplog) -> None:
        self.client = Client()
        self.caplog = caplog
        self.client.get("/hall/enter/")

    def ask(self, phone: str, **more):
        self.caplog.clear()
        return self.client.post("/hall/enter/", {"act": "send", "phone": phone, **more})

    @property
    def code(self) -> str:
        """The code that the console wrote last."""
        return SIX.findall(self.caplog.text)[-1]

    def give(self, phone: str, code: str, **more):
        return self.client.post("/hall/enter/", {"act": "enter", "phone": phone, "code": code, **more})

    def sign_in(self, phone: str, **more):
        self.ask(phone)
        return self.give(phone, self.code, **more)


@pytest.fixture
def phone(cast, caplog) -> Phone:
    caplog.set_level("INFO")
    return Phone(caplog)


@pytest.fixture
def asked(cast) -> HelpRequest:
    """The worker asked for help."""
    return help.ask_for_help(by=cast.worker, channel="write", text="厂里拖欠三个月加班费，怎么办？")


def assert_books_agree() -> None:
    """The room's records and the ledger say the same."""
    assert [each for each in ledger.reconcile() if each.fact.code.startswith("portal.")] == []
