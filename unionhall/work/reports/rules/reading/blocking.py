"""Where the numbers of a text count nothing: dates, ordinals, titles, names; and where they stand in quotation marks."""

import re

from unionhall.work.reports.rules.reading import vocabulary


class Blocked:
    """The stretches in which a number counts nothing, by position; quotations are kept apart."""

    def __init__(self, text: str) -> None:
        self.silent = bytearray(len(text) + 1)
        self.quoted = bytearray(len(text) + 1)
        for found in re.finditer(vocabulary.at("silent", "titles"), text):
            self.mark(self.silent, found.span())
        longest = vocabulary.at("silent", "quoted_name")
        for found in re.finditer(vocabulary.at("silent", "quoted"), text):
            if len(found.group()) - 2 <= longest or re.search("[一-鿿]", found.group()) is None:
                self.mark(self.quoted, found.span())
        for _kind, pattern in vocabulary.silent():
            for found in pattern.finditer(text):
                self.mark(self.silent, found.span())

    @staticmethod
    def mark(where: bytearray, span: tuple[int, int]) -> None:
        """Block a stretch."""
        where[span[0] : span[1]] = b"\x01" * (span[1] - span[0])

    def at(self, position: int) -> bool:
        """Whether a digit at a position counts nothing."""
        return bool(self.silent[position] or self.quoted[position])
