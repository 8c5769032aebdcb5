"""The 239 programmes as data: complete, in both languages, each in a room that the house knows."""

import re
from collections import Counter

from unionhall.kernel.policies import registry as policies
from unionhall.kernel.programmes import registry
from unionhall.kernel.programmes.actions import CATALOGUE
from unionhall.kernel.programmes.rules import entries, rooms

PER_DOMAIN = {
    "org_building": 13, "membership": 5, "cadre": 9, "publicity": 19, "party_building": 17, "execution": 39, "assistance": 15,
    "employment": 7, "rights": 15, "labour_relations": 10, "contest_innovation": 24, "honours": 15, "facilities": 15,
    "wellbeing": 17, "funds": 8, "portal_feedback": 11,
}  # fmt: skip
ISSUE_SHAPED = {
    "issue_list_closure", "graded_dispatch", "listing_writeoff", "self_inspection_issues", "personal_self_check",
    "shortcoming_rectification", "quality_review_notice", "discipline_inspection",
}  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]")

TOLD = entries.read(CATALOGUE)


def test_239_programmes_in_16_domains():
    assert len(TOLD) == 239
    assert Counter(entry.domain for entry in TOLD) == PER_DOMAIN
    assert len({entry.code for entry in TOLD}) == 239
    assert [path.stem for path in sorted(CATALOGUE.glob("*.toml"))] == sorted(PER_DOMAIN)


def test_each_has_both_languages_and_tells_what_it_is():
    for entry in TOLD:
        assert HAN.search(entry.zh), entry.code
        assert not HAN.search(entry.en + entry.what_en), entry.code
        assert 12 <= len(entry.what_zh) <= 120, entry.code
        assert 40 <= len(entry.what_en) <= 400, entry.code
        assert entry.what_zh.endswith("。"), entry.code
        assert entry.what_en.endswith("."), entry.code


def test_no_two_programmes_tell_the_same():
    assert len({entry.what_zh for entry in TOLD}) == len({entry.what_en for entry in TOLD}) == 239
    assert len({entry.zh for entry in TOLD}) == len({entry.en for entry in TOLD}) == 239


def test_every_room_is_known_and_every_room_serves_somebody():
    served = {room for entry in TOLD for room in entry.rooms}
    assert served <= set(rooms.ROOMS)
    assert set(rooms.ROOMS) == served


def test_the_eight_issue_systems_are_served_by_the_room_of_their_shape():
    by_code = {entry.code: entry for entry in TOLD}
    assert {code for code in ISSUE_SHAPED if by_code[code].rooms[0] == "issues"} == ISSUE_SHAPED


def test_the_targets_that_the_catalogue_ships():
    told = {
        (entry.code, target["indicator"]): (target["comparison"], target["value"]) for entry in TOLD for target in entry.targets
    }
    assert told == {
        ("three_visible", "unions.three_visible_coverage"): ("at_least", 100),
        ("social_worker_recruitment", "unions.social_workers_on_post"): ("at_least", 1),
        ("double_tens", "honours.model_posts_created"): ("exactly", 10),
        ("double_tens", "honours.pioneers_selected"): ("exactly", 10),
        ("poverty_exit_target", "hardship.exit_rate"): ("at_least", 30),
        ("labour_competition", "contests.non_public_coverage"): ("at_least", 45),
        ("women_pioneer_quota", "honours.quota_women_collective"): ("exactly", 1),
        ("women_pioneer_quota", "honours.quota_women_person"): ("exactly", 1),
    }


def test_the_policies_that_programmes_name_are_declared_by_the_rooms_that_stand():
    shapes = {rooms.POLICY, rooms.POLICIES}
    named = set()
    for entry in TOLD:
        for room, options in entry.options.items():
            if room in registry.rooms():
                for key, value in options.items():
                    if rooms.OPTIONS[room][key] in shapes:
                        named |= {value} if isinstance(value, str) else set(value)
    assert named
    assert named <= {policy.code for policy in policies.policies()}
