"""Parts that two humans must take: whoever acts for another counts as both, and every file of one human as that human.

The database says the same (`access_apart`, `access_selves`).
"""

from collections.abc import Iterable

from unionhall.kernel.access import queries
from unionhall.kernel.access.rules import lending
from unionhall.kernel.access.rules.lending import Hand, Ties
from unionhall.kernel.people.models import Person
from unionhall.lib.refusal import Refused
from unionhall.lib.text import Text


def check(by: Person, earlier: Iterable[Hand], ties: Ties | None = None) -> None:
    """Go on only if the person, by the right just asked for, counts as none of those who took the earlier parts.

    `ties` are `queries.ties_of(by)`, for callers that ask about many records. Raises Refused, which names who and what to do.
    """
    hands = list(earlier)
    if not hands:
        return
    met = lending.meeting(queries.hand_of(by), hands, queries.ties_of(by) if ties is None else ties)
    if met is None:
        return
    then = next((hand for hand in hands if met.other in hand.counts_as), hands[0])
    names = Person.objects.in_bulk([met.other, then.person, *([] if then.behalf is None else [then.behalf])])
    doer = lending.doer(names[then.person].name, names[then.behalf].name if then.behalf is not None else "")
    raise Refused(_sentence(met.how, names[met.other].name, doer), code="second_person")


def _sentence(how: str, other: str, doer: Text) -> Text:
    if how == "same":
        return Text("前一环节由您本人办理，请由另一人办理。", "You did the earlier part yourself: ask a colleague.")
    if how == "file":
        return Text(
            f"前一环节由{doer.zh}办理，该档案与您的档案证件号码、手机号或姓名相同（或已合并），按同一人处理，请由其他同事办理。"
            "如确为两人，请补录证件号码，或在重复档案中注明不是同一人。",
            f"{doer.en} did the earlier part. That file and yours have a number, a phone or a name in common, or were merged, so "
            "both count as one person: ask another colleague. If you are two, put the document number on file, or note them as "
            "different.",
        )
    tied = {
        "deputy": Text(f"您正代{other}办理工作", f"You are the deputy of {other}"),
        "lender": Text(f"{other}正代您办理工作", f"{other} is your deputy"),
        "for": Text("其中有代办", "One of you acted for the other"),
    }[how]
    return Text(
        f"前一环节由{doer.zh}办理，{tied.zh}，两人视同一人，请由其他同事办理。",
        f"{doer.en} did the earlier part. {tied.en}, so both count as one person: ask another colleague.",
    )
