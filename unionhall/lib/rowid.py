"""The key of a row as it comes in an address or a form."""

HIGHEST = 2**63 - 1  # bigint


def read(text: object) -> int | None:
    """The key that a text names; None for what can be no key: other digits than 0-9, other signs, or too large for a row."""
    written = str(text)
    if not (written.isascii() and written.isdigit() and len(written) < 20):
        return None
    number = int(written)
    return number if 0 < number <= HIGHEST else None
