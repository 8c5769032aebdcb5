"""What the hall counts: help asked for by channel, and ratings by level. Both count at the unit that serves."""

from unionhall.kernel.ledger.facts import Fact, Indicator, Unit
from unionhall.lib.text import Text
from unionhall.work.portal.registry import CHANNELS

CONTENT = ("1", "2", "3")  # what counts as satisfied, as the hotline's norm has it

HELP_ASKED = Fact(
    "portal.help_asked",
    unit=Unit.PERSON_TIME,
    name=Text("一键通求助", "Help asked for"),
    counts=Text(
        "职工每发出一次求助计一人次，计在接手的工会；打开页面或直接拨打热线不计。",
        "One for each request that a worker sends, at the union that takes it; dialling the hotline does not count.",
    ),
    subject="person",
    dimensions=("help_channel",),
)
RATED = Fact(
    "portal.rated",
    unit=Unit.CASE,
    name=Text("服务评价", "Services rated"),
    counts=Text(
        "职工对一件已办结的服务评价一次计一件，计在被评价的工会；同一件只能评一次。",
        "One for each finished service that its worker rated, at the union that served; each can be rated once.",
    ),
    subject="record",
    dimensions=("satisfaction",),
)
FACTS = [HELP_ASKED, RATED]


def _of(fact: Fact, dimension: str, code: str, name: Text) -> Indicator:
    label = Text(f"{fact.name.zh}：{name.zh}", f"{fact.name.en}: {name.en.lower()}")
    return Indicator(f"{fact.code}.{code}", label, "sum", fact, {dimension: code}, counts=fact.counts)


_content = Indicator(
    "portal.rated.content",
    Text("满意评价", "Satisfied ratings"),
    "sum",
    RATED,
    {"satisfaction": CONTENT},
    counts=Text("评价为非常满意、满意或基本满意的。", "Ratings of the three upper levels."),
)
_all = Indicator(RATED.code, RATED.name, "sum", RATED, counts=RATED.counts)
INDICATORS = [
    *(_of(HELP_ASKED, "help_channel", code, name) for code, name in CHANNELS.items()),
    _content,
    Indicator(
        "portal.satisfaction",
        Text("满意率", "Satisfaction"),
        "ratio",
        numerator=_content,
        denominator=_all,
        counts=Text("满意评价除以全部评价。", "Satisfied ratings over all ratings."),
    ),
]
