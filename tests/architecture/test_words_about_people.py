"""Every free text about a person goes with the person, or is named here with the reason why it stays."""

from django.apps import apps
from django.db import models

from unionhall.kernel.people import registry
from unionhall.kernel.people.actions.merging import SUBJECTS
from unionhall.kernel.people.models import Person

LONG = 60  # characters from which a column holds what somebody typed
CODES = {"org_path", "to_path", "handler_path", "reference", "record_kind", "kind", "programme", "source_kind", "source_id"}
LET_GO = {  # by the package's own hand: people.actions.words.blank, and the forgetters
    "people.person": {"name", "name_pinyin", "name_initials"},
    "people.sealed": {"masked"},
    "access.account": {"username", "password"},
    "notices.notice": {"context"},
}
STAYS = {
    "people.pair": {"agreed": "grades of likeness, no words"},
    "people.merger": dict.fromkeys(("swapped", "moved", "stayed", "rooms"), "names of fields and numbers of records"),
    "issues.noticeitem": {"problem": "a quarterly notice that was issued stays as it went out; names no worker"},
    "issues.proposal": {"reason": "about a cadre held to account, decided and kept"},
    "campaigns.dispatch": {"site": "a place", "task": "what the place needed"},
    "campaigns.exhibit": {"name": "who was shown in public"},
    "hardship.consent": {"statement": "the words of the form, the same for all", "digest": "a hash"},
    "hardship.assessment": {"rule": "the rules as they stood", "versions": "their numbers"},
    "hardship.visit": {"companion": "the second visitor, who is not the household"},
    "hardship.posting": {"unit": "a unit"},
    "hardship.help": {"source": "who gave"},
    "grants.application": {
        "matter": "the place, project or case that is counted",
        "goods": "a voucher",
        "valuation": "a voucher",
        "line_name": "a budget line",
        "findings": "reasons by code",
        "household": "a number",
    },
    "grants.entitlement": {"key": "numbers and codes"},
    "grants.posting": {"unit": "a unit"},
    "grants.payment": dict.fromkeys(("name", "account", "masked"), "the voucher, kept as the law has it"),
    "portal.rating": {"reasons": "codes"},
}


def registered() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in registry.words():
        found.setdefault(one.label.lower(), set()).update(one.columns, one.named)
    return found


def about_somebody(model: type[models.Model], known: dict[str, set[str]]) -> bool:
    """Whether a model names a person as its subject, or hangs on a record of its own package that does."""
    for field in model._meta.fields:
        to = field.related_model
        if to is Person and field.name in {*SUBJECTS, "first", "second", "kept", "gone", "lender"}:
            return True
        if (
            isinstance(to, type)
            and to._meta.label_lower in known
            and to._meta.app_label == model._meta.app_label
            and to is not model
        ):
            return True
    return False


def texts(model: type[models.Model]) -> set[str]:
    found = set()
    for field in model._meta.fields:
        free = isinstance(field, models.TextField | models.JSONField) or (
            isinstance(field, models.CharField) and (field.max_length or 0) >= LONG
        )
        if free and not field.choices and field.name not in CODES:
            found.add(field.name)
    return found


def missing() -> dict[str, set[str]]:
    known = registered()
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if model._meta.app_label == "audit" or label == "access.browsersession" or not about_somebody(model, known):
            continue
        left = texts(model) - known.get(label, set()) - LET_GO.get(label, set()) - set(STAYS.get(label, {}))
        if left:
            found[label] = left
    return found


def test_every_free_text_about_a_person_goes_with_the_person():
    assert missing() == {}


def test_a_forgotten_one_is_found(monkeypatch):
    """The sabotage twin."""
    monkeypatch.setattr(registry, "words", lambda: [one for one in registry._words.values() if one.label != "membership.Wish"])
    assert missing() == {"membership.wish": {"words"}}


def test_what_is_registered_exists_and_leads_to_a_person():
    for one in registry.words():
        assert {*one.columns, *one.named} <= {field.name for field in one.model._meta.fields}
        *way, last = one.about.split("__")
        model = one.model
        for step in way:
            model = model._meta.get_field(step).related_model
        assert model._meta.get_field(last).related_model is Person
