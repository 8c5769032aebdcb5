"""Passkeys: whatever is posted instead of a credential is refused in words; a real ceremony is in tests/journeys."""

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from unionhall.kernel.access import adapters

HOSTILE = [
    "9" * 10_000,
    '{"id": ' + "9" * 10_000 + "}",
    "[" * 100_000,
    '{"id":' * 2_000 + "1" + "}" * 2_000,
    '{"id": "' + "x" * 70_000 + '"}',
    "[]",
    "null",
    '"text"',
    "{}",
    '{"id": 1, "rawId": [], "response": {}, "type": null}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "attestationObject": "AA"}}',
    "NaN",
    "\ud800".encode("utf-8", "replace").decode(),
]


@pytest.mark.parametrize("posted", HOSTILE, ids=range(len(HOSTILE)))
def test_no_credential_breaks_a_page(cast, posted):
    inside = cast.client("county_clerk")
    inside.raise_request_exception = False
    outside = Client(raise_request_exception=False)
    for client, name in ((inside, "mfa_add_webauthn"), (outside, "mfa_login_webauthn"), (inside, "mfa_reauthenticate_webauthn")):
        client.get(reverse(name))
        assert client.post(reverse(name), {"credential": posted, "name": "x"}).status_code < 500, name


def test_with_django_s_own_reader_the_long_number_breaks():
    """The sabotage twin: Django takes a number of ten thousand digits for an error of ours."""
    with pytest.raises(ValueError, match="integer string conversion"):
        forms.JSONField().to_python(HOSTILE[0])
    with pytest.raises(forms.ValidationError):
        adapters.CredentialField().to_python(HOSTILE[0])


def test_a_credential_of_usual_size_is_read():
    assert adapters.CredentialField().to_python('{"id": "AA", "n": 12}') == {"id": "AA", "n": 12}
