"""One reason for or against a grant."""

from dataclasses import dataclass

from unionhall.lib.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason for or against a grant, with the version of the rule that gave it."""

    code: str
    ok: bool
    zh: str
    en: str
    version: int | None = None
    source: str = ""
    warn: str = ""  # "near" the limit, "over" it by leave of the region, or for a higher "level"

    @property
    def text(self) -> Text:
        """The sentence in the reader's language."""
        return Text(self.zh, self.en)

    def kept(self) -> dict[str, object]:
        """As the application keeps it."""
        told = {"code": self.code, "ok": self.ok, "zh": self.zh, "en": self.en}
        return {**told, "version": self.version, "source": self.source, "warn": self.warn}
