"""The one family of refusals: what a rule says to a person when it says no."""

from unionhall.lib.text import Text


class Refused(Exception):
    """An act that a rule does not allow.

    `message` is the sentence a person reads: what is wrong and how to mend it. `field` names the form field it
    belongs to, where there is one. `code` is stable and meant for machines (API clients branch on it).
    Doors catch this class and nothing broader.
    """

    code = "refused"

    def __init__(self, message: object, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)


class NotVisible(Refused):
    """The object is absent or outside the person's scope: the same answer for both, so that nothing leaks (404)."""

    code = "not_found"


class Denied(Refused):
    """The person sees the object and lacks the permission for this act (403)."""

    code = "denied"


class Conflict(Refused):
    """Somebody else changed the object meanwhile, or the act was already done (409)."""

    code = "conflict"


def absent() -> NotVisible:
    """The one answer to what is absent and to what is out of sight."""
    return NotVisible(Text("未找到，或不在您的管理范围。", "Not found, or not within your scope."))


def filled(text: str, field: str, zh: str, en: str) -> str:
    """A text that must say something, without blanks around it. Raises Refused with the sentence in both languages."""
    tidy = text.strip()
    if not tidy:
        raise Refused(Text(zh, en), field=field)
    return tidy
