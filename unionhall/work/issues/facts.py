"""What the room counts: every fact with the sentence that says exactly what counts, and the indicators over them.

Facts of a list's side (found, listed, resolved, written off, open) count at the organization whose list the issue
stands on, so that both ends of a rate have one scope. Facts of the handling side (received, accepted, handed in,
recurred) count at the unit that handles. Dimensions: source, kind, grade, programme.
"""

from unionhall.kernel.ledger.facts import Fact, Indicator, Unit
from unionhall.lib.text import Text
from unionhall.work.issues import registry

LIST_SIDE = ("source", "kind", "programme")
HANDLING_SIDE = ("kind", "grade", "programme")

IDENTIFIED = Fact(
    "issues.identified",
    unit=Unit.ISSUE,
    name=Text("发现问题", "Issues found"),
    counts=Text(
        "每登记一个问题计一项，按首个来源；并入其他问题的冲回。",
        "One for each issue registered, by its first source; an issue merged into another is reversed.",
    ),
    subject="issue",
    dimensions=LIST_SIDE,
)
LISTED = Fact(
    "issues.listed",
    unit=Unit.ISSUE,
    name=Text("列入清单", "Issues listed"),
    counts=Text(
        "问题每列入一张清单计一项；一个问题列入两张清单计两项、去重计一项。",
        "One for each issue on each list; an issue on two lists counts twice, once when distinct.",
    ),
    subject="issue",
    dimensions=LIST_SIDE,
)
KIND_LISTED = Fact(
    "issues.kind_listed",
    unit=Unit.KIND,
    name=Text("清单问题种类", "Kinds on lists"),
    counts=Text(
        "清单中每列入一个问题记一次其种类；种类数按去重计。",
        "The kind of each listed issue; the number of kinds is the distinct count.",
    ),
    subject="kind",
    dimensions=LIST_SIDE,
)
TEAM_TARGETED = Fact(
    "issues.team_targeted",
    unit=Unit.ISSUE,
    name=Text("调研组破解的问题", "Issues targeted by research teams"),
    counts=Text(
        "调研组清单中每列入一个问题计一项，主体为调研组。", "One for each issue on a research team's list; the subject is the team."
    ),
    subject="team",
    dimensions=LIST_SIDE,
)
GRADED = Fact(
    "issues.graded",
    unit=Unit.ISSUE,
    name=Text("完成分级", "Issues graded"),
    counts=Text("每个问题定级计一项；改级冲回原级、按新级重计。", "One for each issue graded; a new grade reverses the old one."),
    subject="issue",
    dimensions=HANDLING_SIDE,
)
DISPATCHED = Fact(
    "issues.dispatched",
    unit=Unit.ISSUE_TIME,
    name=Text("派单", "Dispatches"),
    counts=Text(
        "每派出一次计一项次，计在派出单位；退回后再派另计，撤回的冲回。",
        "One for each dispatch, at the unit that sends; a second one after a return counts again, one taken back is reversed.",
    ),
    subject="issue",
    dimensions=HANDLING_SIDE,
)
RECEIVED = Fact(
    "issues.received",
    unit=Unit.ISSUE_TIME,
    name=Text("收到派单", "Dispatches received"),
    counts=Text(
        "每收到一次派单计一项次，计在承办单位；撤回的冲回。",
        "One for each dispatch, at the unit that receives; one taken back is reversed.",
    ),
    subject="issue",
    dimensions=HANDLING_SIDE,
)
ACCEPTED = Fact(
    "issues.accepted",
    unit=Unit.ISSUE_TIME,
    name=Text("签收", "Acceptances"),
    counts=Text("承办单位每签收一次计一项次。", "One for each acceptance by the unit that handles."),
    subject="issue",
    dimensions=HANDLING_SIDE,
)
REFUSED = Fact(
    "issues.refused",
    unit=Unit.ISSUE_TIME,
    name=Text("退回", "Refusals"),
    counts=Text("承办单位每说明理由退回一次计一项次。", "One for each dispatch sent back with a reason."),
    subject="issue",
    dimensions=HANDLING_SIDE,
)
RESOLVED = Fact(
    "issues.resolved",
    unit=Unit.ISSUE,
    name=Text("解决问题", "Issues resolved"),
    counts=Text(
        "每个问题经第二人核查通过计一项；核查后退回的冲回。",
        "One for each issue that a second person has checked; sent back afterwards, it is reversed.",
    ),
    subject="issue",
    dimensions=LIST_SIDE,
)
WRITTEN_OFF = Fact(
    "issues.written_off",
    unit=Unit.ISSUE,
    name=Text("销号", "Issues written off"),
    counts=Text("每个问题销号计一项。", "One for each issue written off."),
    subject="issue",
    dimensions=LIST_SIDE,
)
CLEARED = Fact(
    "issues.cleared",
    unit=Unit.ISSUE,
    name=Text("清单销号", "List items cleared"),
    counts=Text("问题销号时，其所在每张清单各计一项。", "On write-off, one for each list the issue stands on."),
    subject="issue",
    dimensions=LIST_SIDE,
)
LATE = Fact(
    "issues.late",
    unit=Unit.ISSUE,
    name=Text("超期销号", "Issues written off late"),
    counts=Text(
        "销号的问题中，提交核查晚于办理期限的计一项。",
        "One for each issue written off whose work was handed in after its deadline.",
    ),
    subject="issue",
    dimensions=LIST_SIDE,
)
WITHDRAWN = Fact(
    "issues.withdrawn",
    unit=Unit.ISSUE,
    name=Text("撤销", "Issues withdrawn"),
    counts=Text("登记后撤销的问题计一项。", "One for each issue withdrawn after registration."),
    subject="issue",
    dimensions=LIST_SIDE,
)
RECURRED = Fact(
    "issues.recurred",
    unit=Unit.ISSUE,
    name=Text("问题复发", "Issues that recurred"),
    counts=Text(
        "销号后在规定期限内再次发现的计一项，主体为先前的问题，计在当时的承办单位。",
        "One for each return of an issue written off; the subject is the earlier issue, the place the unit that had handled it.",
    ),
    subject="issue",
    dimensions=HANDLING_SIDE,
)
OPEN = Fact(
    "issues.open",
    unit=Unit.ISSUE,
    name=Text("未销号问题", "Open issues"),
    counts=Text(
        "登记加一，销号、撤销或并入减一；某日余额即当日未销号数。",
        "Plus one on registration, minus one on write-off, withdrawal or merging; the balance of a day is the stock.",
    ),
    subject="issue",
    dimensions=LIST_SIDE,
    stock=True,
)
REVIEWED = Fact(
    "issues.reviewed",
    unit=Unit.VISIT,
    name=Text("月梳理", "Monthly reviews"),
    counts=Text("每完成一次月梳理计一次。", "One for each monthly review that is closed."),
    subject="review",
)
NOTICE_ISSUED = Fact(
    "issues.notice_issued",
    unit=Unit.VISIT,
    name=Text("季通报", "Quarterly notices"),
    counts=Text("每印发一期季通报计一期。", "One for each quarterly notice issued."),
    subject="notice",
)
NOTICED = Fact(
    "issues.noticed",
    unit=Unit.ISSUE_TIME,
    name=Text("被通报问题", "Issues noticed"),
    counts=Text(
        "每在一期通报中列出一个问题计一项次，计在被通报单位。",
        "One for each item of an issued notice, at the unit that is noticed.",
    ),
    subject="issue",
)
ACCOUNTABILITY_PROPOSED = Fact(
    "issues.accountability_proposed",
    unit=Unit.ISSUE,
    name=Text("问责建议", "Proposals to hold to account"),
    counts=Text(
        "连续被通报触发一件建议计一件，由人决定。", "One for each proposal raised by notices in a row; a person decides it."
    ),
    subject="proposal",
)
ACCOUNTABILITY_DECIDED = Fact(
    "issues.accountability_decided",
    unit=Unit.ISSUE,
    name=Text("问责建议办结", "Proposals decided"),
    counts=Text("每决定一件问责建议计一件，分采纳与不采纳。", "One for each proposal decided, accepted or declined."),
    subject="proposal",
    dimensions=("decision",),
)
FLAG_HUNG = Fact(
    "issues.flag_hung",
    unit=Unit.VISIT,
    name=Text("挂旗", "Flags hung"),
    counts=Text("每挂一面旗计一次，分红、黄、绿。", "One for each flag hung, by colour."),
    subject="issue",
    dimensions=("colour",),
)
MEASURE_SET = Fact(
    "issues.measure_set",
    unit=Unit.ITEM,
    name=Text("整改措施", "Corrective measures"),
    counts=Text("每制定一条整改措施计一条。", "One for each corrective measure that is set."),
    subject="issue",
    dimensions=LIST_SIDE,
)

FACTS = [
    IDENTIFIED,
    LISTED,
    KIND_LISTED,
    TEAM_TARGETED,
    GRADED,
    DISPATCHED,
    RECEIVED,
    ACCEPTED,
    REFUSED,
    RESOLVED,
    WRITTEN_OFF,
    CLEARED,
    LATE,
    WITHDRAWN,
    RECURRED,
    OPEN,
    REVIEWED,
    NOTICE_ISSUED,
    NOTICED,
    ACCOUNTABILITY_PROPOSED,
    ACCOUNTABILITY_DECIDED,
    FLAG_HUNG,
    MEASURE_SET,
]


def _by_source(code: str, name: Text) -> list[Indicator]:
    """The room's figures for one source: what a report on research, squat work or self-inspection prints."""
    kept = {"source": code}

    def of(fact: Fact, formula: str = "sum", *, last: str = "", said: Text | None = None) -> Indicator:
        words = said or fact.name
        label = Text(f"{name.zh}：{words.zh}", f"{name.en}: {words.en.lower()}")
        return Indicator(f"{fact.code}{last}.{code}", label, formula, fact, kept, counts=fact.counts)

    found, resolved, listed, cleared = of(IDENTIFIED), of(RESOLVED), of(LISTED), of(CLEARED)
    return [
        found,
        resolved,
        listed,
        cleared,
        of(WRITTEN_OFF),
        of(OPEN, "balance"),
        of(TEAM_TARGETED),
        of(TEAM_TARGETED, "distinct", last=".teams", said=Text("调研组数", "Research teams")),
        of(KIND_LISTED, "distinct", last=".kinds", said=Text("问题种类数", "Kinds of issue")),
        _rate("resolution_rate", Text("解决率", "Resolution rate"), resolved, found, code, name),
        _rate("closure_rate", Text("销号率", "Closure rate"), cleared, listed, code, name),
    ]


def _rate(what: str, words: Text, numerator: Indicator, denominator: Indicator, code: str, name: Text) -> Indicator:
    return Indicator(
        f"issues.{what}.{code}",
        Text(f"{name.zh}：{words.zh}", f"{name.en}: {words.en.lower()}"),
        "ratio",
        numerator=numerator,
        denominator=denominator,
        counts=Text(f"{numerator.name.zh}除以{denominator.name.zh}。", f"{numerator.name.en} over {denominator.name.en}."),
    )


def _whole(code: str, name: Text, numerator: Fact, denominator: Fact) -> Indicator:
    ends = [Indicator(fact.code, fact.name, "sum", fact, counts=fact.counts) for fact in (numerator, denominator)]
    return Indicator(
        f"issues.{code}",
        name,
        "ratio",
        numerator=ends[0],
        denominator=ends[1],
        counts=Text(f"{numerator.name.zh}除以{denominator.name.zh}。", f"{numerator.name.en} over {denominator.name.en}."),
    )


INDICATORS = [
    _whole("resolution_rate", Text("解决率", "Resolution rate"), RESOLVED, IDENTIFIED),
    _whole("closure_rate", Text("销号率", "Closure rate"), CLEARED, LISTED),
    _whole("late_rate", Text("超期率", "Late rate"), LATE, WRITTEN_OFF),
    _whole("refusal_rate", Text("退回率", "Refusal rate"), REFUSED, RECEIVED),
    _whole("recurrence_rate", Text("复发率", "Recurrence rate"), RECURRED, WRITTEN_OFF),
    Indicator("issues.kinds", Text("问题种类数", "Kinds of issue"), "distinct", KIND_LISTED, counts=KIND_LISTED.counts),
    Indicator("issues.teams", Text("调研组数", "Research teams"), "distinct", TEAM_TARGETED, counts=TEAM_TARGETED.counts),
    *(
        Indicator(
            f"issues.identified.kind.{kind}",
            Text(f"发现问题：{name.zh}", f"Issues found: {name.en.lower()}"),
            "sum",
            IDENTIFIED,
            {"kind": kind},
            counts=IDENTIFIED.counts,
        )
        for kind, name in registry.KINDS.items()
    ),
    *(indicator for code, name in registry.SOURCES.items() for indicator in _by_source(code, name)),
]
