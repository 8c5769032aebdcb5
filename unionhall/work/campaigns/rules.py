"""Decisions of the room in plain Python: what a visit and a session must say, who gets a place, which code and list to trust."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from unionhall.lib.refusal import Conflict, Refused, filled
from unionhall.lib.text import Text

HOLDING = ("seated", "offered")
LIVE = (*HOLDING, "entered", "waiting", "asked")
MOST_HEADS = 1_000_000
MOST_PLACES = 1_000_000
MOST_FEN = 10**13
IDENTITY_DIGITS = 15  # as many digits make an identity or bank number
LINE_LIMIT = 200
SLOT = timedelta(seconds=30)
SLOTS_BACK = 4  # a code that was shown two minutes ago still opens: people queue
BEFORE, AFTER = timedelta(hours=2), timedelta(hours=6)
CLOCK_SLACK = timedelta(minutes=5)
YEARS = range(1949, 3001)  # a moment near the first or the last year that a clock knows cannot be read back in another zone


def person_key(person_id: int | None, name: str, organization_id: int) -> str:
    """Whom distinct counting counts once: a registered person, or a name inside a unit."""
    return f"people.person:{person_id}" if person_id else f"{name}@{organization_id}"


def household_key(household: str, person_id: int | None, organization_id: int, name: str = "") -> str:
    """Which household counts once: its file number, else the person's, else the name inside a unit."""
    if household:
        return f"household/{household}"
    return f"household/person/{person_id}" if person_id else f"household/{name}@{organization_id}"


def unit_key(unit_id: int | None, name: str, organization_id: int) -> str:
    """Which unit counts once: a known one, or a name inside the scope of a unit."""
    return f"organizations.organization:{unit_id}" if unit_id else f"unit/{name}@{organization_id}"


class Stopped(NamedTuple):
    """One stop of a visit as somebody tells it. Money is in fen."""

    recipient: str
    name: str = ""
    household: str = ""
    person_id: int | None = None
    unit_id: int | None = None
    area_id: int | None = None
    area_kind: str = ""
    heads: int = 1
    served: int = 0
    goods: int = 0
    cash: int = 0
    copies: int = 0


def read_stop(line: str, recipient: str, fen: Callable[[str], int]) -> Stopped:
    """A stop from a pasted line: name, people, value of goods, cash. Raises ValueError for what cannot be read."""
    cells = [cell.strip() for cell in line.replace("，", ",").replace("\t", ",").split(",")]
    cells += [""] * (4 - len(cells))
    if len(cells) > 4 or not cells[0]:
        raise ValueError(line)
    heads = int(cells[1]) if cells[1] else 1
    return Stopped(
        recipient=recipient,
        name=cells[0],
        heads=heads,
        goods=fen(cells[2]) if cells[2] else 0,
        cash=fen(cells[3]) if cells[3] else 0,
    )


def check_day(day: date, today: date, window: tuple[date, date] | None) -> None:
    """What was done is not in the future, and an edition's window holds it."""
    if day > today:
        raise Refused(Text("日期不能晚于今天。", "The day cannot be later than today."), field="day")
    if window is not None and not window[0] <= day <= window[1]:
        first, last = window
        raise Refused(
            Text(
                f"日期须在本期 {first:%Y-%m-%d} 至 {last:%Y-%m-%d} 之内。",
                f"The day must lie within this edition, {first:%Y-%m-%d} to {last:%Y-%m-%d}.",
            ),
            field="day",
        )


def check_stops(stops: Sequence[Stopped], known: Iterable[str]) -> None:
    """A visit went somewhere; each stop names whom or what, and nothing that identifies a person stands in it."""
    if not stops:
        raise Refused(Text("请至少填写一个走访对象。", "Name at least one stop."), field="name")
    recipients = known if isinstance(known, Collection) else set(known)
    seen: set[tuple[str, str, int | None]] = set()
    for number, stop in enumerate(stops, start=1):
        check_stop(stop, recipients, number if len(stops) > 1 else 0)
        key = (stop.household, stop.name, stop.person_id or stop.unit_id)
        if key in seen:
            raise Refused(
                Text(f"第{number}站与前面的站点重复。", f"Stop {number} stands twice in this visit."), field="name", code="twice"
            )
        seen.add(key)


def check_stop(stop: Stopped, known: Iterable[str], number: int = 0) -> None:
    """One stop; `number` is said in the sentence where there are several."""
    if stop.recipient not in known:
        raise Refused(_at(number, "请选择走访对象类别。", "choose whom was visited."), field="recipient")
    if not (stop.name or stop.household or stop.person_id or stop.unit_id):
        raise Refused(_at(number, "请填写姓名、家庭编号或单位名称。", "give a name, a household number or a unit."), field="name")
    for text, field in ((stop.household, "household"), (stop.name, "name")):
        if len(text) >= IDENTITY_DIGITS and sum(map(str.isdecimal, text)) >= IDENTITY_DIGITS:
            said = (
                "请勿填写身份证号或银行账号，可填家庭档案编号。",
                "never an identity or account number here; use the file number.",
            )
            raise Refused(_at(number, *said), field=field)
    if not 0 <= stop.heads <= MOST_HEADS or not 0 <= stop.served <= MOST_HEADS or not 0 <= stop.copies <= 10 * MOST_HEADS:
        raise Refused(_at(number, "人数、册数不在合理范围。", "the numbers of people or copies are out of range."), field="heads")
    for amount, field in ((stop.goods, "goods"), (stop.cash, "cash")):
        if not 0 <= amount <= MOST_FEN:
            raise Refused(_at(number, "金额不在合理范围。", "the amount is out of range."), field=field)


def _at(number: int, zh: str, en: str) -> Text:
    """A sentence about a stop; about the only one where the number is 0."""
    return Text(f"第{number}站：{zh}", f"Stop {number}: {en}") if number else Text(zh, f"{en[0].upper()}{en[1:]}")


def check_known(value: str, known: Mapping[str, object], field: str) -> None:
    """A value of a closed list."""
    if value not in known:
        raise Refused(Text("请从列表中选择。", "Choose from the list."), field=field)


MOMENTS = ("starts_at", "ends_at", "opens_at", "closes_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What somebody plans a session to be."""

    name: str
    mode: str
    starts_at: datetime
    ends_at: datetime
    method: str = "open"
    place: str = ""
    link: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def check_years(moments: Mapping[str, datetime | None]) -> None:
    """Moments lie in years that a calendar of work knows; `moments` names the field of each."""
    for field, moment in moments.items():
        if moment is not None and moment.year not in YEARS:
            first, last = YEARS[0], YEARS[-1]
            raise Refused(Text(f"年份应在 {first} 至 {last} 之间。", f"The year lies between {first} and {last}."), field=field)


def a_year_later(moment: datetime) -> datetime:
    """The same day of the next year; 29 February becomes the 28th. The caller has checked the year."""
    leap = (moment.month, moment.day) == (2, 29)
    return moment.replace(year=moment.year + 1, day=28 if leap else moment.day)


def check_plan(plan: Plan) -> None:
    """A session has a name, a time, somewhere to go or a link, and a sign-up window that ends before it starts."""
    filled(plan.name, "name", "请填写活动名称。", "Give the session a name.")
    check_years({name: getattr(plan, name) for name in MOMENTS})
    if plan.ends_at < plan.starts_at:
        raise Refused(Text("结束时间早于开始时间。", "It ends before it starts."), field="ends_at")
    if plan.mode == "on_site" and not plan.place.strip():
        raise Refused(Text("线下活动请填写地点。", "Say where the session on site is held."), field="place")
    if plan.mode == "live" and not plan.link.strip():
        raise Refused(Text("直播活动请填写观看链接。", "Give the link of the live session."), field="link")
    if plan.method != "open":
        _check_window(plan)


def _check_window(plan: Plan) -> None:
    if plan.opens_at is None or plan.closes_at is None:
        raise Refused(Text("请填写报名的开始和截止时间。", "Say when sign-up opens and closes."), field="opens_at")
    if plan.closes_at <= plan.opens_at:
        raise Refused(Text("报名截止时间应晚于开始时间。", "Sign-up closes before it opens."), field="closes_at")
    if plan.opens_at >= plan.starts_at:
        raise Refused(Text("报名应在活动开始前开放。", "Sign-up must open before the session starts."), field="opens_at")
    if plan.closes_at > plan.ends_at:
        raise Refused(Text("报名应在活动结束前截止。", "Sign-up must close before the session ends."), field="closes_at")


def check_places(places: int, taken: int) -> None:
    """A quota never goes below the places that are taken."""
    if not 1 <= places <= MOST_PLACES:
        raise Refused(Text("名额应为 1 至 1,000,000。", "Places are 1 to 1,000,000."), field="places")
    if places < taken:
        raise Conflict(
            Text(
                f"已有 {taken} 人占用名额，不能减到 {places}；原名额未变，请先与职工沟通退出。",
                f"{taken} places are taken, so the quota cannot be {places}; nothing was changed. Ask people to withdraw first.",
            ),
            field="places",
        )


def review_fault(state: str, *, accept: bool, free: int) -> Text | None:
    """Why a sign-up cannot be decided on now; None where it can."""
    if state != "asked":
        return Text("该报名已审核或已退出，状态不变。", "It was decided on or withdrawn already; nothing changed.")
    if accept and free < 1:
        return Text("名额已满，该报名仍待审核；可先增加名额。", "No place is left; it goes on waiting. Raise the quota first.")
    return None


def check_may_withdraw(state: str, ends_at: datetime, now: datetime) -> None:
    """What is over is over: who had a place and did not come stays on the list, and in the figures."""
    if over(state, ends_at, now):
        raise Refused(Text("活动已结束，报名记录保留，不能再退出。", "The session is over; the sign-up stays on record."))


def over(state: str, ends_at: datetime, now: datetime) -> bool:
    """Whether a session has been held or has ended."""
    return state == "held" or ends_at < now


def commit_of(seed: str) -> str:
    """What is published before sign-up opens: the hash of the seed."""
    return hashlib.sha256(seed.encode()).hexdigest()


def draw_order(seed: str, numbers: Iterable[int]) -> list[int]:
    """The order of a draw: by the hash of the seed with each number. Anybody can compute it again from the revealed seed."""
    return sorted(numbers, key=lambda number: (hashlib.sha256(f"{seed}:{number}".encode()).hexdigest(), number))


def spans(numbers: Iterable[int]) -> str:
    """Numbers as a person lists them: 3–6, 8, 11–12."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in found)


def sign(secret: str, purpose: str, *parts: object) -> str:
    """A short signature of what a code or list says, bound to its purpose."""
    text = ":".join([purpose, *(str(part) for part in parts)])
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:24]


def place_code(secret: str, session_id: int, now: datetime) -> str:
    """The code on the screen at the door: the session, the half minute, a signature."""
    slot = int(now.timestamp() // SLOT.total_seconds())
    return f"{session_id}.{slot}.{sign(secret, 'door', session_id, slot)}"


def check_place_code(secret: str, code: str, session_id: int, now: datetime) -> None:
    """Raise Refused for a code that is not ours, of another session, or too old; the phone's clock plays no part."""
    told, slot, signature = _parts(code)
    if not hmac.compare_digest(sign(secret, "door", told, slot), signature):
        raise Refused(
            Text("二维码无效，请重新扫描现场屏幕。", "This code is not valid; scan the screen at the door again."), field="code"
        )
    if told != session_id:
        raise Refused(
            Text(
                "这是另一场活动的二维码，请扫描本场的二维码。", "This is the code of another session; scan the one of this session."
            ),
            field="code",
        )
    age = int(now.timestamp() // SLOT.total_seconds()) - slot
    if not 0 <= age <= SLOTS_BACK:
        raise Refused(
            Text("二维码已过期，请重新扫描现场屏幕。", "This code has expired; scan the screen at the door again."), field="code"
        )


def person_code(secret: str, session_id: int, person_id: int) -> str:
    """The code on a worker's phone: the session, the person, a signature; works without a network once opened."""
    return f"{session_id}.{person_id}.{sign(secret, 'worker', session_id, person_id)}"


def read_person_code(secret: str, code: str, session_id: int) -> int:
    """Whose code it is; raises Refused for one that is not ours or of another session."""
    told, person, signature = _parts(code)
    if not hmac.compare_digest(sign(secret, "worker", told, person), signature):
        raise Refused(
            Text("签到码无效，请职工重新打开“我的签到码”。", "This code is not valid; ask for “my code” again."), field="code"
        )
    if told != session_id:
        raise Refused(Text("这是另一场活动的签到码。", "This is the code of another session."), field="code")
    return person


def check_list_code(secret: str, code: str, session_id: int) -> None:
    """Raise Refused for an offline list that is not ours or of another session."""
    told, moment, signature = _parts(code)
    if not hmac.compare_digest(sign(secret, "list", told, moment), signature):
        raise Refused(Text("名单签名不符，请使用本系统导出的离线名单。", "The signature of this list does not hold."), field="code")
    if told != session_id:
        raise Refused(Text("这是另一场活动的离线名单。", "This is the list of another session."), field="code")


def _parts(code: str) -> tuple[int, int, str]:
    parts = code.strip().split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts[:2]):
        raise Refused(Text("无法识别的签到码。", "This is not a check-in code."), field="code")
    return int(parts[0]), int(parts[1]), parts[2]


def check_time(at: datetime, starts_at: datetime, ends_at: datetime) -> None:
    """Check-in is from two hours before the start to six hours after the end, by the server's clock."""
    if at < starts_at - BEFORE:
        raise Refused(Text("签到尚未开始，活动前 2 小时起可以签到。", "Check-in opens two hours before the start."), field="code")
    if at > ends_at + AFTER:
        raise Refused(
            Text("签到已结束，请联系活动工作人员补登。", "Check-in is over; ask the organizers to note it."), field="code"
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an offline list: a sign-up number and the time on the phone, if one was noted."""

    text: str
    number: int | None
    at: datetime | None


def read_lines(block: str) -> list[Line]:
    """The lines that somebody brings back: a number, then perhaps a time; anything else is kept as it is."""
    found = []
    for raw in block.splitlines():
        text = raw.strip()[:LINE_LIMIT]
        if not text:
            continue
        head, _blank, rest = text.replace("\t", " ").replace("，", " ").replace(",", " ").partition(" ")
        number = int(head) if head.isascii() and head.isdecimal() and len(head) < 10 else None
        found.append(Line(text, number, _moment(rest.strip())))
    return found


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and found.year in YEARS else None


def clock_said(off_by: timedelta) -> Text | None:
    """That a phone's clock was fast (or slow, below zero) and was put right; None for one that was right."""
    if not off_by:
        return None
    minutes = max(1, round(abs(off_by) / timedelta(minutes=1)))
    days, hours = round(minutes / 1440), round(minutes / 60)
    count, zh, en = (days, "天", "days") if days > 1 else (hours, "小时", "hours") if hours > 1 else (minutes, "分钟", "minutes")
    return Text(
        f"手机时钟{'快' if off_by > timedelta() else '慢'}了约 {count} {zh}，签到时间已按服务器时钟改正。",
        f"The phone's clock was about {count} {en} {'fast' if off_by > timedelta() else 'slow'};"
        " the times were put right by the server's clock.",
    )


def mended(at: datetime, phone_now: datetime | None, now: datetime) -> datetime:
    """A time from a phone, put right by how far the phone's clock is off at this moment."""
    if phone_now is None or abs(now - phone_now) <= CLOCK_SLACK:
        return at
    return at + (now - phone_now)


def minutes_between(came: datetime, left: datetime) -> int:
    """Whole minutes of a volunteer's shift; never negative and never more than a day."""
    return max(0, min(int((left - came).total_seconds() // 60), 24 * 60))
