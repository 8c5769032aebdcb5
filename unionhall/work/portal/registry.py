"""The closed lists of the front room, with their words."""

from unionhall.kernel.people.registry import Words
from unionhall.lib.text import Text

PROPOSED = {"id_number": "portal.proposed", "phone": "portal.proposed_phone"}  # the sealed fields in which proposed numbers wait
FIELDS = {
    "name": Text("姓名", "Name"),
    "id_number": Text("证件号码", "ID number"),
    "phone": Text("手机号码", "Mobile phone"),
    "home": Text("所属工会", "Union"),
    "other": Text("其他", "Other"),
}
CHANNELS = {
    "call": Text("请回电", "Call me back"),
    "speak": Text("说一说", "Spoken"),
    "write": Text("写一写", "Written"),
}
LEVELS = {
    "1": Text("非常满意", "Very satisfied"),
    "2": Text("满意", "Satisfied"),
    "3": Text("基本满意", "Fairly satisfied"),
    "4": Text("不满意", "Dissatisfied"),
    "5": Text("非常不满意", "Very dissatisfied"),
}
REASONS = {
    "slow": Text("办得慢", "Too slow"),
    "attitude": Text("态度不好", "Unfriendly"),
    "unsolved": Text("没有解决", "Not solved"),
    "unclear": Text("没说清楚", "Not explained"),
    "other": Text("其他", "Other"),
}
WORDS = (  # what workers said, and what they were answered
    Words("portal.HelpRequest", "person", ("text",)),
    Words("portal.Correction", "person", ("note", "answer")),
    Words("portal.Rating", "person", ("comment",)),
)
