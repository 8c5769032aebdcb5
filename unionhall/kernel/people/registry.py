"""What other packages declare: kinds of standing, further sealed fields, who sees how far, and reasons to keep."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from unionhall.lib import masking
from unionhall.lib.keyring import Keyring
from unionhall.lib.text import Text


@dataclass(frozen=True, slots=True)
class SealedField:
    """A sensitive value that persons may have: its words and how it looks to those who may not read it."""

    name: Text
    mask: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Follower:
    """What a room does when two files become one, before its records go along, and when that is taken back.

    `merge(kept, gone, *, by, wishes)` answers with plain values that `undo(kept, gone, *, by, noted)` is given back, after the
    records have returned. `wishes` are the choices of the page that are no fields of the file. `last` is for what goes over the
    postings of all rooms: after them in merging, before them in undoing.
    """

    merge: Callable[..., Mapping[str, Any]]
    undo: Callable[..., None]
    last: bool = False


@dataclass(frozen=True, slots=True)
class Purpose:
    """What people are asked to agree to: its name, the words of the first version, and whether nothing goes without it."""

    name: Text
    words: Text
    needed: bool = False


_standings: dict[str, Text] = {}
_purposes: dict[str, Purpose] = {}
_scopes: list[Callable[[Any, str], str]] = []
_holds: list[Callable[[Any], Text | None]] = []
_rewraps: list[Callable[[Keyring], int]] = []
_bars: list[Callable[[Any], Text | None]] = []
_followers: dict[str, "Follower"] = {}
_fields: dict[str, SealedField] = {
    "id_number": SealedField(Text(zh="证件号码", en="ID number"), masking.id_number),
    "phone": SealedField(Text(zh="手机号码", en="mobile phone"), masking.phone),
    "phone_other": SealedField(Text(zh="其他电话", en="other phone"), masking.phone),
    "email": SealedField(Text(zh="电子邮箱", en="e-mail"), masking.email),
    "wechat": SealedField(Text(zh="微信标识", en="WeChat identity"), masking.hidden),
    "address": SealedField(Text(zh="住址", en="address"), masking.address),
    "bank_account": SealedField(Text(zh="银行账号", en="bank account"), masking.account),
}

_lines: dict[str, Text] = {"name": Text(zh="姓名", en="name")}
SOURCES: Mapping[str, Text] = {
    "self": Text(zh="本人确认", en="said by the person"),
    "code": Text(zh="短信验证", en="proven by text message"),
    "desk": Text(zh="工会核对", en="compared by the union"),
    "correct": Text(zh="工会更正", en="corrected by the union"),
    "check": Text(zh="实名核验", en="name and document checked"),
}
WAYS: Mapping[str, Text] = {"hall": Text(zh="本人在手机上", en="on the phone"), "paper": Text(zh="书面签字", en="signed on paper")}


def register_lines(fields: Mapping[str, Text]) -> None:
    """Declare what a room keeps of a person beside name and sealed fields, so that it can be confirmed too: the employer."""
    for code, words in fields.items():
        if _lines.setdefault(code, words) != words:
            raise ValueError(f"the field {code} is already registered with other words")


def line_name(code: str) -> Text:
    """The words of anything of a person that can be confirmed; raises LookupError for what nobody registered."""
    return _lines[code] if code in _lines else sealed_field(code).name


def register_purposes(purposes: Mapping[str, Purpose]) -> None:
    """Declare what people are asked to agree to; raises ValueError when one is declared twice with other words."""
    for code, purpose in purposes.items():
        if _purposes.setdefault(code, purpose) != purpose:
            raise ValueError(f"the purpose {code} is already registered with other words")


def purpose(code: str) -> Purpose:
    """One purpose; raises LookupError for what nobody registered."""
    if code not in _purposes:
        raise LookupError(f"unregistered purpose {code!r}: declare it with register_purposes in the room's apps.py")
    return _purposes[code]


def purposes() -> dict[str, Purpose]:
    """Everything that people are asked to agree to, what nothing goes without first."""
    return dict(sorted(_purposes.items(), key=lambda one: not one[1].needed))


def register_standings(kinds: Mapping[str, Text]) -> None:
    """Declare kinds of standing, `room.kind`; raises ValueError when one is declared twice with other words."""
    for code, words in kinds.items():
        if _standings.setdefault(code, words) != words:
            raise ValueError(f"the standing {code} is already registered with other words")


def register_fields(fields: Mapping[str, SealedField]) -> None:
    """Declare further sealed fields, for example a diagnosis; raises ValueError when one is declared twice."""
    for code, field in fields.items():
        if _fields.setdefault(code, field) != field:
            raise ValueError(f"the sealed field {code} is already registered otherwise")


def standing_name(code: str) -> Text:
    """The words of a kind of standing; raises LookupError for one that nobody registered."""
    if code not in _standings:
        raise LookupError(f"unregistered standing {code!r}: declare it with register_standings in the room's apps.py")
    return _standings[code]


def standings() -> dict[str, Text]:
    """All kinds of standing."""
    return dict(sorted(_standings.items()))


def sealed_field(code: str) -> SealedField:
    """A sealed field; raises LookupError for one that nobody registered."""
    if code not in _fields:
        raise LookupError(f"unregistered sealed field {code!r}: declare it with register_fields in the room's apps.py")
    return _fields[code]


def register_scope(setting_of: Callable[[Any, str], str]) -> None:
    """Tell how far a person with a permission sees what is sealed, in the words of `access.scope`; the last one told counts.

    The package `access`, which stands above and knows the grants, tells it.
    """
    _scopes[:] = [setting_of]


def scope_of(person: Any, permission: str) -> str | None:
    """How far a person sees what is sealed; None while nobody has told."""
    return _scopes[0](person, permission) if _scopes else None


def register_hold(why: Callable[[Any], Text | None]) -> None:
    """Have a room asked before a person is erased: it answers why the data are still needed and what ends that, or None."""
    if why not in _holds:
        _holds.append(why)


def holds(person: Any) -> list[Text]:
    """The reasons why a person cannot be erased yet."""
    return [reason for why in _holds if (reason := why(person)) is not None]


def register_rewrap(again: Callable[[Keyring], int]) -> None:
    """Have a room with a sealing key of its own asked in every rotation, in a transaction, to wrap it by the current master."""
    if again not in _rewraps:
        _rewraps.append(again)


def rewrap_rooms(ring: Keyring) -> int:
    """Bring the rooms' own keys under the current master, all or none; returns how many were wrapped anew."""
    with transaction.atomic():
        return sum(again(ring) for again in _rewraps)


def register_bar(why: Callable[[Any], Text | None]) -> None:
    """Have a package asked before a file is closed as a double: it answers why it must stay open, or None."""
    if why not in _bars:
        _bars.append(why)


def bars(person: Any) -> list[Text]:
    """Why the file of a person cannot be closed as a double."""
    return [reason for why in _bars if (reason := why(person)) is not None]


def register_follower(code: str, follower: Follower) -> None:
    """Have a room take part when two files become one."""
    _followers[code] = follower


def followers() -> dict[str, Follower]:
    """Every package that takes part, by its code, in the order of merging."""
    return dict(sorted(_followers.items(), key=lambda one: (one[1].last, one[0])))


@dataclass(frozen=True, slots=True)
class Words:
    """Records about a person, and the free words in them, which go with the person.

    `label` is the model ("membership.Transfer"), `about` the way from the record to the person ("membership__person"). The
    reasons of acts on such a record are sealed in the trail under the person's key. `columns` are emptied; those of `named`,
    which may not be empty, say `GONE`.
    """

    label: str
    about: str
    columns: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def model(self) -> type[Model]:
        """The room's model."""
        return apps.get_model(self.label)  # noqa: TID251 - rooms stand above: only the label that they registered is known


GONE = "—"
SEALED = "sealed"  # the part of an audit row's details in which the reason lies: {"of": person, "reason": base64}
_words: dict[tuple[str, str], Words] = {}
_forgetters: dict[str, Callable[[Any, Mapping[str, Sequence[int]]], None]] = {}


def register_words(words: Iterable[Words]) -> None:
    """Declare where words about people lie; raises ValueError when one place is declared twice otherwise."""
    for one in words:
        if _words.setdefault((one.label.lower(), one.about), one) != one:
            raise ValueError(f"{one.label} is already registered otherwise for {one.about}")


def words() -> list[Words]:
    """Every place where words about people lie."""
    return list(_words.values())


def about(label: str) -> Words | None:
    """How records of a model ("membership.transfer") lead to the person whom acts on them are about; None where they do not."""
    return next((one for (known, _about), one in _words.items() if known == label), None)


def register_forgetter(code: str, forget: Callable[[Any, Mapping[str, Sequence[int]]], None]) -> None:
    """Have a package asked when a person is erased, with the records about that person by the labels of their models: it lets
    go what it keeps of the person or of these records in words of its own."""
    _forgetters[code] = forget


def forgetters() -> list[Callable[[Any, Mapping[str, Sequence[int]]], None]]:
    """Every package that is asked."""
    return list(_forgetters.values())


_leads: list[Callable[[Any], Mapping[str, Iterable[int]]]] = []


def register_lead(find: Callable[[Any], Mapping[str, Iterable[int]]]) -> None:
    """Have a room tell which records of other rooms (keys by label) hold a person's words without naming the person."""
    if find not in _leads:
        _leads.append(find)


def led_to(person: Any) -> dict[str, set[int]]:
    """All of these, by label."""
    found: dict[str, set[int]] = {}
    for find in _leads:
        for label, keys in find(person).items():
            found.setdefault(label, set()).update(keys)
    return found
