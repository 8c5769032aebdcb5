"""Names that are data and carry both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Text:
    """A short text in Chinese and English; `str()` gives the one of the active language, Chinese by default."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


def choices(words: Mapping[str, Text], empty: object = None) -> list[tuple[str, Any]]:
    """The pairs of a select box in the language of the screen; `empty` is the first line, which stands for all or none."""
    told: list[tuple[str, Any]] = [(code, str(word)) for code, word in words.items()]
    return told if empty is None else [("", empty), *told]
