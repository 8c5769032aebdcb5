"""Every kind of record that a figure counts can be opened, and the guard sees one that cannot."""

import pytest
from django.apps import apps
from django.urls import resolve, reverse

from unionhall.kernel.flows import registry as flows
from unionhall.kernel.ledger import rules as ledger
from unionhall.shell import search
from unionhall.testing import sources


@pytest.mark.parametrize("kind", search.kinds())
def test_every_kind_leads_to_a_page_of_the_house(kind):
    assert apps.get_model(kind) is not None
    address = search.address(kind, 7)
    match = resolve(address.partition("?")[0])
    assert address.endswith("?one=7") or 7 in match.kwargs.values()
    numbered = kind in {each.model._meta.label_lower for each in flows.flows()}
    assert numbered or search.name_of(kind, 7) != "记录 7"


def test_a_kind_without_a_page_is_refused():
    """The twin: a room that counts records which nobody can open is stopped at the first entry, in whatever test."""
    assert not sources.leads_somewhere("reports.alias")
    with pytest.raises(sources.Unopened, match=r"reports\.alias"):
        ledger.source_key("reports.alias:1")
    assert ledger.source_key("issues.issue:5") == ("issues.issue", 5)
    assert ledger.source_key("trial.event:5") == ("trial.event", 5)


def test_a_listed_kind_opens_its_list_at_the_row():
    assert search.address("membership.partner", 5) == f"{reverse('membership:desk-partners')}?one=5"
