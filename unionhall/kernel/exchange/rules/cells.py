"""What may stand in a cell that leaves the house."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Text that no spreadsheet will run: a leading apostrophe before whatever could start a formula (CSV injection, OWASP).

    Plain numbers keep their sign; they are text that starts nothing.
    """
    if text.startswith(FORMULA_STARTS) and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    body = text[1:] if text[:1] in "+-" else text
    whole, _, rest = body.partition(".")
    return whole.isascii() and whole.isdigit() and (not rest or (rest.isascii() and rest.isdigit()))
