"""What was handed out at a session, and whom an exhibition shows."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from unionhall.kernel.audit import actions as audit
from unionhall.kernel.files import actions as files
from unionhall.kernel.files.models import File
from unionhall.kernel.ledger import actions as ledger
from unionhall.kernel.ledger.actions import bulk
from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import Refused, filled
from unionhall.lib.text import Text
from unionhall.work.campaigns import access, facts, registry, rules
from unionhall.work.campaigns.models import Exhibit, Handout


@transaction.atomic
def hand_out(*, session_id: int, name: str, by: Person, copies: int = 0, goods: int = 0, cash: int = 0) -> Handout:
    """Note what was given out: copies, goods by value in fen, cash in fen (payments are booked elsewhere)."""
    session = access.session_for_change(by, session_id, to="campaigns.run")
    filled(name, "name", "请填写发放物品名称。", "Say what was handed out.")
    if session.state not in ("published", "held"):
        raise Refused(Text("活动未发布或已取消。", "The session is not published."))
    if not (copies or goods or cash):
        raise Refused(Text("请填写册数或金额。", "Give the copies or an amount."), field="copies")
    rules.check_stop(rules.Stopped(recipient="other", name=name, goods=goods, cash=cash, copies=copies), registry.RECIPIENTS)
    made = Handout.objects.create(session=session, name=name.strip(), copies=copies, goods=goods, cash=cash, by=by)
    dimensions = {"programme": session.programme.code, "form": session.form}
    for fact, quantity, amount in ((facts.COPIES_GIVEN, copies, 0), (facts.GOODS_GIVEN, 1, goods), (facts.CASH_NOTED, 1, cash)):
        if amount or (fact is facts.COPIES_GIVEN and quantity):
            ledger.post(
                fact, at=session.organization, day=session.day, source=made, quantity=quantity, amount=amount, dimensions=dimensions
            )
    audit.record(by, "campaigns.handed_out", session, at=session.organization, name=made.name, copies=copies)
    return made


@transaction.atomic
def keep_file(*, session_id: int, content: UploadedFile, by: Person) -> File:
    """Keep a photo or paper of a session; photos lose the place where they were taken."""
    return files.attach(access.session_for_change(by, session_id, to="campaigns.run"), content, by=by, kind="photo")


@transaction.atomic
def show_people(*, session_id: int, shown: Sequence[tuple[str, str]], by: Person) -> int:
    """Note whom an exhibition shows: pairs of name and level of award; returns how many were new at this station."""
    session = access.session_for_change(by, session_id, to="campaigns.run")
    if session.state not in ("published", "held"):
        raise Refused(Text("活动未发布或已取消。", "The session is not published."))
    known = set(session.exhibits.values_list("name", flat=True))
    fresh = {name.strip()[:100]: level for name, level in shown if name.strip() and name.strip()[:100] not in known}
    for level in fresh.values():
        rules.check_known(level, registry.AWARD_LEVELS, "level")
    made = Exhibit.objects.bulk_create([Exhibit(session=session, name=name, level=level) for name, level in fresh.items()])
    plain = {"programme": session.programme.code}
    rows = [(f"campaigns.exhibit:{one.pk}", one) for one in made]
    if rows:
        at, day = session.organization, session.day
        ledger.post_many(
            facts.EXHIBITED,
            [
                bulk.Row(at, day, key, rules.person_key(None, one.name, at.pk), dimensions={**plain, "award_level": one.level})
                for key, one in rows
            ],
        )
        ledger.post_many(facts.EXHIBIT_LEVEL, [bulk.Row(at, day, key, f"level/{one.level}", dimensions=plain) for key, one in rows])
        audit.record(by, "campaigns.exhibits_shown", session, at=session.organization, people=len(rows))
    return len(rows)
