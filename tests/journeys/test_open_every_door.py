"""Every door of the menu, opened in a real browser as somebody who may use it: clean at a desk and on a phone.

Each person opens the doors that nobody before them could: with the four of them every item of the menu has been opened at
either width, and what is in the menu of two is not looked at twice.
"""

import re

import pytest

from unionhall.shell import navigation

pytestmark = pytest.mark.browser


PEOPLE = ("city_clerk", "chair", "system_admin", "security_admin", "auditor")


def menu_of(cast, who: str) -> list[str]:
    """The addresses in the menu of somebody, as the home page shows it."""
    page = cast.client(who).get("/").content.decode()
    return list(dict.fromkeys(re.findall(r'href="([^"]+)"', page[page.index('class="side') :].partition("</nav>")[0])))


def test_every_item_is_in_the_menu_of_somebody(cast) -> None:
    shown = {address for who in PEOPLE for address in menu_of(cast, who)}
    assert sorted({item.url() for item in navigation.items() if item.domain != "person"} - shown) == []


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("who", PEOPLE)
def test_every_door_of_the_menu_is_clean(window, live_server, transactional_db, cast, who: str, width: int) -> None:
    opened = window(width, person=cast.client(who))
    opened.open("/")
    addresses = opened.page.eval_on_selector_all(".side a[href]", "links => links.map((link) => link.getAttribute('href'))")
    known = {item.url() for item in navigation.items()}
    assert addresses
    assert set(addresses) <= known
    before = {address for other in PEOPLE[: PEOPLE.index(who)] for address in menu_of(cast, other)}
    unclean: dict[str, list[str]] = {}
    for address in ["/", *(address for address in dict.fromkeys(addresses) if address not in before)]:
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
