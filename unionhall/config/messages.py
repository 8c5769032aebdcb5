"""Extract and compile translations in pure Python: `python -m unionhall.config.messages unionhall/work/issues`.

Reads `_()` and its kin in Python and the translation tags of templates, merges them into the package's
zh_Hans catalogue and compiles it. Prints the entries that still lack a translation and exits with 1 if there are any.
"""

import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # a moving date would make every refresh a change
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def sources(package: Path) -> list[Path]:
    """The files of a package that may hold words for the screen; tests and migrations are left out."""
    files = [*package.rglob("*.py"), *package.rglob("*.html"), *package.rglob("*.txt")]
    return sorted(path for path in files if not {"tests", "migrations", "locale"} & set(path.relative_to(package).parts))


def extracted(package: Path) -> Catalog:
    """Every message of a package, with the files it stands in."""
    catalog = Catalog(charset="utf-8")
    for path in sources(package):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=str(path))
        found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
        for _line, message, _comments, context in found:
            catalog.add(message, locations=[(path.as_posix(), 0)], context=context, flags=_flags(message))
    return catalog


def _flags(message: object) -> set[str]:
    single = message[0] if isinstance(message, (tuple, list)) else message
    return {"python-format"} if isinstance(single, str) and "%(" in single else set()


def refresh(package: Path) -> list[str]:
    """Merge, write and compile the package's Chinese catalogue; returns what is still untranslated."""
    folder = package / "locale" / "zh_Hans" / "LC_MESSAGES"
    path = folder / "django.po"
    fresh = extracted(package)
    old = Catalog(locale="zh_Hans")
    if path.exists():
        with path.open("rb") as file:
            old = read_po(file, locale="zh_Hans")
    merged = Catalog(locale="zh_Hans", charset="utf-8", fuzzy=False, creation_date=EPOCH, revision_date=EPOCH)
    for message in fresh:
        if not message.id:
            continue
        known = old.get(message.id, message.context)
        merged.add(message.id, known.string if known else "", context=message.context, flags=message.flags & {"python-format"})
    if len(merged) == 0:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, merged, width=0, sort_output=True, omit_header=False, no_location=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, merged)
    return [str(message.id) for message in merged if message.id and not _complete(message.string)]


def _complete(string: object) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def main() -> int:
    """Refresh the packages named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.config.settings")
    django.setup()
    missing = {path: refresh(Path(path)) for path in sys.argv[1:]}
    for path, messages in missing.items():
        for message in messages:
            print(f"{path}: untranslated: {message}")
    return int(any(missing.values()))


if __name__ == "__main__":
    sys.exit(main())
