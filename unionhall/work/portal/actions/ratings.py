"""Rating a finished service: five levels, once, never by anybody else."""

from collections.abc import Sequence

from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.flows.registry import Asked
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.lib import constraints, dates
from unionhall.lib.refusal import Conflict
from unionhall.lib.text import Text
from unionhall.work.portal import facts, rules
from unionhall.work.portal.actions import help as helping
from unionhall.work.portal.models import Rating
from unionhall.work.portal.queries import help as queries
from unionhall.work.portal.registry import LEVELS, REASONS


class RatedAlready(Conflict):
    """The service was rated by this person before."""

    code = "rated_already"

    def __init__(self) -> None:
        super().__init__(Text("您已经评价过了，谢谢。", "You have rated this already, thank you."))


@transaction.atomic
def rate(
    *,
    by: Person,
    kind: str,
    record_id: int,
    organization: Organization,
    title: str,
    level: int,
    reasons: Sequence[str] = (),
    comment: str = "",
    call_back: bool = False,
) -> Rating:
    """Keep a worker's rating of their own finished service; a low one becomes a matter for the federation above."""
    rules.check_rating(level, reasons)
    with constraints.said("portal_rating_once", RatedAlready):
        rating = Rating.objects.create(
            person=by,
            organization=organization,
            org_path=organization.path,
            record_kind=kind,
            record_id=record_id,
            level=level,
            reasons=list(dict.fromkeys(reasons)),
            comment=comment.strip(),
            call_back=call_back,
            rated_on=dates.today(),
        )
    audit.record(by, "portal.rated", rating, at=organization)
    ledger.post(
        facts.RATED,
        at=organization,
        day=rating.rated_on,
        source=rating,
        subject=f"{kind}:{record_id}",
        dimensions={"satisfaction": str(level)},
    )
    if rules.is_low(level) or call_back:
        helping.taken(_matter(rating, by, title))
    return rating


def _matter(rating: Rating, by: Person, title: str) -> Asked:
    words = LEVELS[str(rating.level)]
    why = "、".join(REASONS[one].zh for one in rating.reasons)
    text = "；".join(part for part in (why, rating.comment, "请回电" if rating.call_back else "") if part)
    unit = queries.taker_for(rating.organization)
    return Asked(
        title=f"服务评价“{words.zh}”：{title}"[:200],
        text=text,
        channel="rating",
        organization=unit,
        area=rating.organization,
        person=by if rating.call_back else None,  # who rated stays unknown unless they ask to be called
    )
