"""Where a request came from: what proxies say is believed as far as they are trusted, and no further."""

import pytest

from unionhall.shell.requests import address_of

PROXY, CALLER, FORGED = "10.0.0.2", "203.0.113.7", "198.51.100.9"


@pytest.mark.parametrize(
    ("trusted", "told", "address"),
    [
        (0, "", PROXY),
        (0, CALLER, PROXY),
        (1, CALLER, CALLER),
        (1, f"{FORGED}, {CALLER}", CALLER),
        (2, f"{FORGED}, {CALLER}, 10.0.0.3", CALLER),
        (2, CALLER, PROXY),
        (1, "", PROXY),
        (1, "no address", PROXY),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, f" {CALLER} ", CALLER),
        (1, "203.0.113.07", PROXY),
        (1, "203.0.113", PROXY),
        (1, "203.0.113.256", PROXY),
        (1, "٢٠٣.0.113.7", PROXY),
        (1, "203.0.113.7\0", PROXY),
        (1, "2001:DB8:0::7", "2001:db8::7"),
        (1, "::ffff:203.0.113.7", "::ffff:cb00:7107"),
    ],
)
def test_the_address_of_a_request(rf, settings, trusted, told, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    headers = {"HTTP_X_FORWARDED_FOR": told} if told else {}
    assert address_of(rf.get("/", REMOTE_ADDR=PROXY, **headers)) == address
