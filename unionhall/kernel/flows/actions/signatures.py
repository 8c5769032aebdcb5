"""Signatures (加签): somebody else is asked for an opinion, and the record waits until it is there or called back."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unionhall.kernel.access import actions as access
from unionhall.kernel.access import queries as access_queries
from unionhall.kernel.access.rules import lending
from unionhall.kernel.access.rules.lending import Hand
from unionhall.kernel.audit.actions import deputies
from unionhall.kernel.flows import queries, rules
from unionhall.kernel.flows.actions import steps, tasks
from unionhall.kernel.flows.models import Record, Step, Task
from unionhall.kernel.flows.queries import signatures
from unionhall.kernel.notices import actions as notices
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, statement
from unionhall.lib.refusal import Conflict, Refused, absent

CALLED_BACK = "flows.unsigned"
ASKING_FAULTS = {
    "state": gettext_lazy("Nobody is asked to sign on this step."),
    "self": gettext_lazy("Ask another person: you decide yourself."),
    "hand": gettext_lazy("%(name)s and you act for one another and count as one person: ask somebody else."),
    "right": gettext_lazy("%(name)s does not have the right to sign here."),
    "own": gettext_lazy("%(name)s or somebody of that household would benefit from this: ask somebody else."),
    "asked": gettext_lazy("%(name)s has been asked already and has not answered yet."),
}


@transaction.atomic
def ask(task: Task, *, to: Person, by: Person, note: str, version: int | None = None) -> Task:
    """Ask one more person to sign before the record goes on (前加签), with a note; they are told and find it in their worklist.

    Whoever may do the record's open task may ask, while the state names who signs; several may be asked, each once at a time.
    Raises Denied, Conflict or Refused.
    """
    task, record = tasks.locked(task)
    steps.lock(record, seen=version, held=True)
    access.require(by, task.permission, at=task.organization)
    if not task.lead:
        raise absent()
    _not_own(record, by)
    signers = record.stands.signers
    fault = rules.asking_fault(
        signers=signers,
        to_is_by=to == by,
        same_hand=lending.meeting(access_queries.hand_of(by), [Hand(to.pk)], access_queries.ties_of(by)) is not None,
        may=bool(signers) and access_queries.may(to, signers, at=task.organization) and queries.at_work({to.pk}).exists(),
        own=bool(signatures.own_of(record, {to.pk})),
        asked=queries.open_tasks(record).filter(signing=True, assigned_to=to).exists(),
    )
    if fault is not None:
        raise Refused(ASKING_FAULTS[fault] % {"name": to.name}, field="to", code=f"sign_{fault}")
    if not note.strip():
        raise Refused(_("Say in a note what you want to know."), field="note", code="reason")
    step = _write(record, "sign", by=by, task=task, words=note, person=to)
    asked = tasks.made(record, task.organization, move=task.move, step=step, assigned_to=to, lead=False)
    asked.move, asked.permission, asked.signing = signatures.SIGN, signers, True
    statement.insert(asked)
    due = asked.due_on.isoformat() if asked.due_on else "—"
    notices.tell(to, tasks.ASKED, record=record, reference=record.reference, title=record.headline, due=due, asker=str(step.who))
    return asked


@transaction.atomic
def answer(task: Task, *, agrees: bool, by: Person, opinion: str = "") -> Step:
    """Say yes or no to what one was asked to sign; a no needs its reason. Whoever asked is told and decides, seeing it.

    The deputy of whoever was asked may answer for that one, and counts as both: not as the asker, not in an own case.
    Raises NotVisible for anybody else, Denied, Conflict or Refused.
    """
    task, record = tasks.locked(task)
    _stand_for(by, task)
    asked = task.opened_by
    met = lending.meeting(access_queries.hand_of(by), [Hand(asked.by_id, asked.behalf_id)], access_queries.ties_of(by))
    if met is not None:
        raise Refused(
            _("%(name)s asked for this, and both of you count as one person: a colleague answers it, or it is called back.")
            % {"name": asked.who},
            code="second_person",
        )
    _not_own(record, by)
    if not agrees and not opinion.strip():
        raise Refused(_("Say why you do not agree."), field="opinion", code="reason")
    step = _write(record, "sign_agree" if agrees else "sign_disagree", by=by, task=task, words=opinion, person=_asked(task))
    _close(task, step)
    told = {"reference": record.reference, "title": record.headline, "signer": str(step.who)}
    notices.clear(record, [tasks.ASKED, tasks.CHASED], of=task.assigned_to)
    notices.tell(task.sent_by, tasks.ANSWERED, record=record, **told)
    return step


@transaction.atomic
def call_back(task: Task, *, by: Person, reason: str = "") -> Step:
    """Call a signature back while it is unanswered: by whoever asked for it or may do the record's task now; the other is told."""
    task, record = tasks.locked(task)
    if not task.signing or not signatures.may_call_back(by, task):
        raise absent()
    if task.sent_by_id == by.pk:
        deputies.stand_in(by.pk, task.opened_by.behalf_id)
    else:
        lead = signatures.owed(task)
        access.require(by, lead.permission, at=lead.organization)
    step = _write(record, "sign_back", by=by, task=task, words=reason, person=_asked(task))
    _close(task, step)
    notices.clear(record, [tasks.ASKED, tasks.CHASED], of=task.assigned_to)
    notices.tell(_asked(task), CALLED_BACK, record=record, reference=record.reference, title=record.headline)
    return step


def _stand_for(by: Person, task: Task) -> None:
    """Go on as the person asked, with the right, or as that one's deputy."""
    if not task.signing:
        raise absent()
    if task.assigned_to_id == by.pk:
        access.require(by, task.permission, at=task.organization)
        return
    lender = signatures.lent(by, task)
    if lender is None:
        raise absent()
    deputies.stand_in(by.pk, lender)


def _not_own(record: Record, by: Person) -> None:
    if signatures.own_of(record, access_queries.hand_of(by).counts_as):
        raise Refused(_("You or your household would benefit from this: a colleague handles it."), code="own_case")


def _asked(task: Task) -> Person:
    if task.assigned_to is None:
        raise Conflict(_("This task has already been done."), code="done")
    return task.assigned_to


def _write(record: Record, code: str, *, by: Person, task: Task, words: str, person: Person) -> Step:
    """A step that makes other screens stale: whoever decides has seen what was asked and said."""
    record.version += 1
    steps.save_place(record)
    told = {"task": task.pk, "to": person.pk, "person": person.name}
    return steps.write_step(record, code, by=by, at=task.organization, reason=words, version=record.version, details=told)


def _close(task: Task, step: Step) -> None:
    Task.objects.filter(pk=task.pk).update(done_at=clock.now(), done_by=step.by, closed_by=step)
