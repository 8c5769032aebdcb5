"""Corrections that workers ask for, and what their union does with them."""

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from unionhall.kernel.access import queries as grants
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.notices import rules as notice_rules
from unionhall.kernel.people import access as people_access
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.kernel.people.queries import phones
from unionhall.lib import constraints, dates, idnumber, phone
from unionhall.lib.refusal import Conflict, Refused
from unionhall.lib.text import Text
from unionhall.work.portal import access, rules
from unionhall.work.portal.actions.help import home_of
from unionhall.work.portal.models import Correction
from unionhall.work.portal.registry import FIELDS, PROPOSED


class AskedAlready(Conflict):
    """The same correction is with the union."""

    code = "asked_already"

    def __init__(self) -> None:
        super().__init__(Text("这一项您已申请更正，工会正在处理。", "You have asked for this already; the union is at it."))


@sensitive_variables()
@transaction.atomic
def ask_correction(*, by: Person, field: str, note: str = "", proposed: str = "", shared: bool = False) -> Correction:
    """Say that something on one's file is wrong. A proposed number is checked and waits sealed with the person.

    Raises Refused with the field that is wrong: `shared` for a phone that is somebody else's, until the worker says so
    that they use it; whose it is stays unsaid.
    """
    rules.check_correction(field, note, proposed)
    unit = home_of(by)
    of_another = False
    if field in rules.SEALED:
        right = idnumber.check_typed(proposed).text if field == "id_number" else phone.normalise(proposed)
        of_another = field == "phone" and phones.is_of_another(right, name=by.name)
        rules.check_shared(of_another, shared)
        people.correct(by=None, person=by, sealed={PROPOSED[field]: right}, reason="portal")
    with constraints.said("portal_correction_open_once", AskedAlready):
        asked = Correction.objects.create(
            person=by,
            organization=unit,
            org_path=unit.path,
            field=field,
            note=notice_rules.hide(note.strip()),
            shared=of_another,
            asked_on=dates.today(),
        )
    audit.record(by, "portal.correction_asked", asked, at=unit, field=field)
    notices.tell(unit, "portal.correction_asked", record=asked, field=FIELDS[field].zh)
    return asked


@transaction.atomic
def decide_correction(*, correction_id: int, by: Person, done: bool, answer: str = "", shared: bool = False) -> Correction:
    """Make a correction, or say why not; the worker is told. A proposed number goes onto the file with this very act.

    What is no number is corrected on the person's page, where it belongs. Raises Refused for a number that cannot be taken,
    for a phone that is somebody else's until `shared` says that it was compared, and for what one asked for oneself.
    """
    asked = access.correction_for_change(by, correction_id)
    rules.check_not_own(asked.person_id, grants.own_files(by))
    if asked.state != Correction.State.ASKED:
        raise Conflict(Text("这件申请已有答复。", "This request was answered already."))
    rules.check_answer(done, answer)
    asked.state = Correction.State.DONE if done else Correction.State.DECLINED
    asked.decided_by, asked.decided_on, asked.answer = by, dates.today(), notice_rules.hide(answer.strip())
    asked.save()
    if asked.field in rules.SEALED:
        if done:
            _take_over(asked, by, shared=shared)
        people.correct(by=None, person=asked.person, sealed={PROPOSED[asked.field]: ""}, reason="portal")
    audit.record(by, "portal.correction_decided", asked, at=asked.organization, reason=asked.answer, done=done)
    notices.tell(asked.person, "portal.correction_decided", record=asked, field=FIELDS[asked.field].zh, answer=_said(asked))
    return asked


@sensitive_variables()
def _take_over(asked: Correction, by: Person, *, shared: bool) -> None:
    """Write the number that waits sealed with the person onto their file, as their union's correction."""
    with people_access.fence(by, "people.correct"):
        right = people.stored(asked.person, PROPOSED[asked.field], people_access.keys())
    if not right:
        raise Refused(
            Text(
                "申请的号码已不在系统中，请在人员页面更正后答复。", "The number asked for is gone: correct it on the person's page."
            )
        )
    of_another = asked.field == "phone" and phones.is_of_another(right, name=asked.person.name)
    rules.check_shared(of_another, shared)
    people.correct(by=by, person=asked.person, reason=asked.answer or "portal", **{asked.field: right})  # type: ignore[arg-type]


def _said(asked: Correction) -> str:
    word = "已更正" if asked.state == Correction.State.DONE else "未更改"
    return f"{word}（{asked.answer}）" if asked.answer else word
