"""Long texts take work in step with their length: what is gone through is counted, not timed."""

from datetime import date

import pytest

from unionhall.kernel.ledger import registry
from unionhall.work.reports.queries import matching as books
from unionhall.work.reports.rules.reading import arithmetic, hearing, matching, report

UNTIL = date(2025, 12, 31)
ENDLESS = "走访慰问困难职工{0}户,发放慰问金{0}万元、举办活动{0}场、"
KINDS = [ENDLESS, "{0}人,", "其中{0}人、", "一、慰问{0}户\n", "2023年{0}月3户占5%。"]


class Counting(hearing.Words):
    """Counts the characters that it goes through."""

    characters = 0

    def look(self, text):
        self.characters += len(text)
        return super().look(text)


def text_of(shape, times):
    return "".join(shape.format(number % 12 + 1) for number in range(times))


def gone_through(shape, times):
    """How many characters are gone through to propose indicators for every figure of a text, for each of its characters."""
    text = text_of(shape, times)
    shipped = books._indicators(len(registry.indicators()))
    index = matching.Index([one for one in shipped.candidates if one.code])
    index.words = Counting(index.words.known)
    for mention in report.read(text, until=UNTIL).mentions:
        index.proposals(mention)
    return index.words.characters / len(text)


@pytest.mark.parametrize("shape", KINDS)
def test_twice_the_text_is_at_most_twice_the_work(shape):
    assert gone_through(shape, 400) <= gone_through(shape, 200) * 1.2


def test_a_sentence_without_end_that_is_not_cut_would_not_be_linear(monkeypatch):
    for name in ("LONGEST_PARAGRAPH", "LONGEST_SENTENCE", "LONGEST_CLAUSE"):
        monkeypatch.setattr(report, name, 1_000_000)
    shape = "慰问{0}户、"
    assert gone_through(shape, 400) > gone_through(shape, 200) * 1.5


def test_figures_of_one_clause_are_looked_up_once_among_the_programmes():
    names = matching.Names([matching.Candidate("a", "金秋助学")], least=0.3)
    mentions = report.read("金秋助学资助3人、5人、8人、9人。", until=UNTIL).mentions
    assert [[one.code for one in names.proposals(mention)] for mention in mentions] == [["a"]] * 4
    assert len(names.kept) == 1


def test_a_dimension_is_looked_for_once_in_each_text():
    values = matching.Values({"online": "线上", "offline": "线下"})
    mentions = report.read("线上举办活动3场、培训5场、讲座8场。", until=UNTIL).mentions
    assert [values.said(mention) for mention in mentions] == [("online",)] * 3
    assert values.inside.cache_info().misses == 1


def test_sums_look_at_a_bounded_stretch():
    reading = report.read(text_of("其中{0}人、", 300), until=UNTIL)
    groups = list(arithmetic._by_sentence(reading))
    assert [len(group) for group in groups] == [100, 100, 100]
    assert [index for group in groups for index in group] == list(range(300))


def test_parts_of_a_text_are_cut_where_nobody_ends_them():
    parts = report.Parts("ab。" + "c" * 10 + "。d", report._SENTENCE_END, 4)
    assert [parts.around(position) for position in (0, 2, 3, 6, 7, 13, 14)] == [
        (0, 3), (0, 3), (3, 7), (3, 7), (7, 11), (11, 14), (14, 15),
    ]  # fmt: skip
    assert parts.text((3, 7)) == "cccc"


def test_words_are_found_wherever_they_stand_and_by_their_like():
    words = hearing.Words({"慰问", "慰问金", "问金", "走访", "送温暖"})
    assert words.inside("发放慰问金") == {"慰问", "慰问金", "问金"}
    said = words.said((("发放慰问金", 1.0), ("走访", 0.3)), like=0.5)
    assert (said["慰问"], said["走访"], said["送温暖"]) == (1.0, 0.5, 0.5)
