"""The room's part of the replays: the figures of members in three published years, played by the room's own actions."""

from datetime import date
from functools import partial

from unionhall.catalogue.stage import Stage
from unionhall.lib import idnumber
from unionhall.work.membership import registry
from unionhall.work.membership.actions import codes, joining, partners

NAMES = ("高远航", "骆行舟", "穆长风")
PLATFORMS = (("courier", "顺途速运"), ("delivery", "美味外送"), ("delivery", "饱饱外送"))  # invented; three, as published


def s1(stage: Stage) -> None:
    """S1: drivers, couriers and riders join; three groups named."""
    edition = stage.edition("new_form_joining")
    for number, (name, occupation) in enumerate(zip(NAMES, registry.GROUPS, strict=True)):
        body = f"9902011985{number + 1:02d}15{100 + number}"
        given = joining.Applicant(name=name, id_number=body + idnumber.checksum(body), occupation=occupation, hired="platform")
        union = stage.units[number % len(stage.units)]
        act = partial(joining.register, union=union, given=given, by=stage.clerk, programme=edition.programme, edition=edition)
        stage.on(date(2019, 3, 4 + number), act)


def s2(stage: Stage) -> None:
    """S2: joining by code in the whole city: every union listed is open."""
    edition = stage.edition("scan_join")
    act = partial(codes.issue_below, organization=stage.root, by=stage.clerk, programme=edition.programme, edition=edition)
    stage.on(date(2023, 2, 6), act)


def s4(stage: Stage) -> None:
    """S4: agreements with three platform enterprises."""
    edition = stage.edition("platform_partner")
    for number, (kind, name) in enumerate(PLATFORMS):
        day = date(2022, 3, 1 + number)
        act = partial(
            partners.agree, organization=stage.root, name=name, kind=kind, agreement="战略合作协议", agreed_on=day, by=stage.clerk,
            workers=1200, programme=edition.programme, edition=edition,
        )  # fmt: skip
        stage.on(day, act)
