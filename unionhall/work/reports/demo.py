"""The room's part of the demo city: a yearly report that was issued, a notice still a draft, and a text held against the books."""

from datetime import date

from unionhall.kernel.access.models import Grant
from unionhall.kernel.ledger.facts import Window
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import World
from unionhall.lib import dates
from unionhall.work.reports.actions import check, writing

REMARK = "演示数据按日历生成，变化幅度已核对。"
TEXT = """演示城市总工会工作情况
今年以来，全市各级工会发现问题{number}项，解决率达到98%以上。
走访困难职工家庭40户，发放慰问金12万元，举办活动30场。
"""


def load() -> None:
    """Written by the clerk of the city, from the ready templates, with the figures as they stand."""
    root = World.objects.select_related("root").get(kind=World.DEMO).root
    grant = Grant.objects.filter(role__code="city_clerk", organization=root).select_related("person").order_by("-id").first()
    if grant is None:
        return
    by: Person = grant.person
    today = dates.today()
    year = Window(date(today.year, 1, 1), today)
    report = writing.draft(organization=root, window=year, prepared="year", by=by)
    writing.issue(report_id=report.pk, by=by, remark=REMARK)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    writing.draft(organization=root, window=Window(quarter, today), prepared="notice", by=by)
    counted = next((one["number"] for one in report.figures if one["indicator"] == "issues.identified"), 100)
    given = check.Given("县区送审稿", TEXT.format(number=counted), plain=True)
    check.hand_in(given=given, unit=root, since=date(today.year, 1, 1), until=today, by=by)
