"""The bank's answer, read from the sheet that it sends back."""

from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile

from unionhall.kernel.exchange.actions import bring
from unionhall.kernel.exchange.rules import values
from unionhall.kernel.files import adapters
from unionhall.kernel.files import rules as files
from unionhall.lib import money, sheets
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text
from unionhall.work.grants import registry
from unionhall.work.grants.rules.bank import Answer

MOST_ROWS = 100_000
LEAD = 10  # lines above the heading that banks like to write


def read(upload: UploadedFile) -> list[Answer]:
    """The answers of a results file. Raises Refused naming the line and what is wrong with it; nothing of it is taken."""
    name, content = files.clean_name(upload.name or "file"), upload.read()
    if files.extension_of(name) not in {"xlsx", "csv", "txt"}:
        raise bring.refusal("not_allowed", MOST_ROWS)
    try:
        fit = files.examine(name, content, most_bytes=bring.MOST_BYTES)
        clean = adapters.scanner().is_clean(content)
    except files.Unfit as unfit:
        raise bring.refusal(unfit.code, MOST_ROWS) from None
    except OSError:
        raise bring.refusal("not_scanned", MOST_ROWS) from None
    if not clean:
        raise bring.refusal("unsafe", MOST_ROWS)
    try:
        with sheets.reading(content, text=fit.extension != "xlsx", most=MOST_ROWS + LEAD) as found:
            return answers(found.rows)
    except sheets.Unreadable as unreadable:
        raise bring.refusal(str(unreadable), MOST_ROWS, **unreadable.figures) from None


def answers(rows: Iterable[tuple[int, list[str]]]) -> list[Answer]:
    """Rows of text, (number, cells), as answers; the heading is the first line that names reference, amount and result."""
    places: dict[str, int] = {}
    found = []
    for number, cells in rows:
        if not places:
            places = _heading(cells)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        found.append(_answer(number, cells, places))
    if not places:
        raise _wrong("没有找到表头：需要“附言”“金额”“结果”三列。", "No heading found: it needs reference, amount and result.")
    return found


def _heading(cells: list[str]) -> dict[str, int]:
    tidy = [cell.strip().lower() for cell in cells]
    places = {code: next((at for at, cell in enumerate(tidy) if cell in names), -1) for code, names in registry.HEADS.items()}
    known = {code: at for code, at in places.items() if at >= 0}
    return known if {"reference", "amount", "result"} <= set(known) else {}


def _answer(number: int, cells: list[str], places: dict[str, int]) -> Answer:
    told = {code: cells[at].strip() if at < len(cells) else "" for code, at in places.items()}
    if values.NO_RESULT in told.values():
        raise _wrong(
            f"第{number}行有公式，文件里没有存它的计算结果，请用 Excel 或 WPS 打开、保存后重新上传。",
            f"Line {number} holds a formula whose result the file does not carry; open and save it in Excel or WPS.",
        )
    result = next((code for code, words in registry.MEANINGS.items() if told["result"].lower() in words), "")
    if not result:
        raise _wrong(
            f"第{number}行的结果“{told['result'][:20]}”不认识。", f"Line {number}: the result “{told['result'][:20]}” is not known."
        )
    try:
        amount = money.parse(told["amount"])
    except ValueError:
        raise _wrong(
            f"第{number}行的金额“{told['amount'][:20]}”不是金额。", f"Line {number}: “{told['amount'][:20]}” is no amount."
        ) from None
    return Answer(told["reference"], amount, result == "paid", told.get("reason", ""))


def _wrong(zh: str, en: str) -> Refused:
    return Refused(Text(f"{zh}整个文件未采用。", f"{en} The whole file is refused."), field="file", code="other_file")
