"""The public notice as a letter in the layout of GB/T 9704-2012, to be put up or sent beside the page: the same least data.

Written in Chinese whatever the language of the screen: it is a paper of a Chinese office.
"""

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.people.models import Person
from unionhall.lib import dates
from unionhall.lib.official_document import Letter, Paragraph, Table
from unionhall.lib.refusal import Conflict
from unionhall.lib.text import Text
from unionhall.work.hardship import registry
from unionhall.work.hardship.queries import browse


def notice(by: Person, household_id: int) -> Letter:
    """The notice of the unit that posts a file, with everything that stands there today. Raises Conflict where nothing does."""
    file, today = browse.file(by, household_id), dates.today()
    posting = file.postings.filter(taken_down_on=None, until_on__gte=today).select_related("organization").first()
    if posting is None:
        raise Conflict(Text("该户目前没有公示。", "This household is not on public notice today."), code="state")
    access_actions.require(by, "hardship.review", at=posting.organization)
    unit, standing = browse.public_notices(posting.organization_id, today)
    rows = [
        [str(place), one.name, one.unit, registry.KINDS[one.kind].zh, dates.chinese(one.until_on)]
        for place, one in enumerate(standing, start=1)
    ]
    words = (
        f"经申请、调查和核对，拟为下列{len(rows)}户困难职工家庭建立档案，现予公示，公示期至表列日期止。",
        f"公示期内如有异议，请向{unit.name}反映，反映人信息依规保密。公示内容不含病情、收入和证件信息。",
    )
    return Letter(
        title="关于拟建立困难职工档案的公示",
        issuer=unit.name,
        paragraphs=[Paragraph([said]) for said in words],
        tables=[Table("公示名单", ["序号", "姓名", "单位", "困难类别", "公示截止"], rows)],
        day=posting.posted_on,
    )
