"""Every door of the menu, opened in a real browser as the people who may use it: clean at a desk and on a phone."""

import pytest

from unionhall.shell import navigation

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("who", ["city_clerk", "chair", "system_admin", "auditor"])
def test_every_door_of_the_menu_is_clean(window, live_server, transactional_db, cast, who: str, width: int) -> None:
    opened = window(width, person=cast.client(who))
    opened.open("/")
    addresses = opened.page.eval_on_selector_all(".side a[href]", "links => links.map((link) => link.getAttribute('href'))")
    known = {item.url() for item in navigation.items()}
    assert addresses
    assert set(addresses) <= known
    unclean: dict[str, list[str]] = {}
    for address in ["/", *dict.fromkeys(addresses)]:
        answer = opened.open(address)
        assert answer.status == 200, address
        opened.shot(f"door-{who}{address.replace('/', '-')}{width}")
        wrong = (
            opened.faults()
            + opened.strays()
            + opened.complaints
            + ([f"{opened.overflow()} px too wide"] if opened.overflow() > 0 else [])
        )
        if wrong:
            unclean[address] = wrong
        opened.complaints.clear()
    assert unclean == {}
    assert opened.foreign() == []
