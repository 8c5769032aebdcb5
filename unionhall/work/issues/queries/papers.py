"""The room's official documents: the quarterly notice and the closing report as letters in the layout of GB/T 9704-2012.

Written in Chinese whatever the language of the screen: they are papers of a Chinese office.
"""

from collections.abc import Callable, Iterable

from django.utils.translation import override

from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import Programme
from unionhall.lib import hanzi_numbers
from unionhall.lib.official_document import Letter, Paragraph, Run
from unionhall.work.issues.models import Notice, NoticeItem
from unionhall.work.issues.queries import report


def notice_letter(notice: Notice, units: Iterable[tuple[Organization, list[NoticeItem]]]) -> Letter:
    """A quarter's notice: a heading for each unit, a line for each issue, who is named for it; unnumbered while a draft."""
    quarter = hanzi_numbers.written(notice.quarter)
    paragraphs = [Paragraph([f"现将{notice.year}年第{quarter}季度问题整改情况通报如下。"])]
    for unit, items in units:
        paragraphs.append(Paragraph([unit.name], level=1))
        paragraphs += [Paragraph([_line(place, item)]) for place, item in enumerate(items, start=1)]
    return Letter(
        title=f"关于{notice.year}年第{quarter}季度问题整改情况的通报",
        issuer=notice.organization.name,
        number=notice.number,
        paragraphs=paragraphs,
        day=notice.issued_on,
    )


def _line(place: int, item: NoticeItem) -> str:
    named = f"（{item.person.name}）" if item.person else ""
    return f"{place}.{item.problem}{named}。"


def closing_letter(
    by: Person, unit: Organization, window: Window, *, programme: Programme | None, own: bool, absolute: Callable[[str], str]
) -> Letter:
    """The closing report of a programme; each figure is a link to its records, `absolute` makes addresses whole."""
    with override("zh-hans"):
        written = report.closing(by, unit, window, programme=programme, own=own)
        paragraphs = [
            Paragraph([Run(part.text, absolute(part.url) if part.url else "") for part in parts]) for parts in written.paragraphs
        ]
        source = Paragraph([f"本报告数字由台账计数生成，计至第{written.mark}号分录。"])
        return Letter(title=str(written.title), issuer=unit.name, paragraphs=[*paragraphs, source], day=window.end)
