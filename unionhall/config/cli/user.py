"""`unionhall user`: accounts, from the terminal. The trail names who acted: `--as`, or the house where it is left out."""

import getpass

import click
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import override

from unionhall.config.cli import frame
from unionhall.config.cli.units import unit
from unionhall.config.launcher.trouble import Trouble
from unionhall.kernel.access import actions
from unionhall.kernel.access import queries as access
from unionhall.kernel.access.models import Account, Role
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.people import actions as people
from unionhall.kernel.people.models import Person
from unionhall.lib.text import Text

user = frame.noun("user", Text(zh="账号", en="Accounts"))
acting = click.option("--as", "acting", metavar="USERNAME", envvar="UNIONHALL_AS", help="the administrator who acts")


def account(username: str) -> Account:
    """The account of a user name. Raises Trouble."""
    found = Account.objects.select_related("person__home").filter(username=Account.normalize(username)).first()
    if found is None:
        raise Trouble(
            Text(zh=f"没有账号 {username}。", en=f"There is no account {username}."),
            Text(zh="查看全部账号：unionhall user list", en="See them all: unionhall user list"),
        )
    return found


def role_of(code: str) -> Role:
    """The role of a code. Raises Trouble."""
    found = Role.objects.filter(code=code, retired_at=None).first()
    if found is None:
        known = ", ".join(Role.objects.filter(retired_at=None).order_by("code").values_list("code", flat=True))
        raise Trouble(
            Text(zh=f"没有角色 {code}。", en=f"There is no role {code}."), Text(zh=f"可用：{known}", en=f"Known: {known}")
        )
    return found


def actor(username: str | None) -> Person:
    """Whoever acts. Raises Trouble where nobody is named."""
    if not username:
        raise Trouble(
            Text(zh="请说明由谁操作。", en="Say who acts."),
            Text(zh="加 --as 管理员账号，审计记录会写明。", en="Add --as ADMINISTRATOR; the trail will name them."),
        )
    return account(username).person


def _password(console: frame.Console, owner: Account, password: str) -> None:
    line = frame.words(
        Text(zh="一次性密码（只显示一次，首次登录须修改）", en="One-time password (shown once, to be changed at first sign-in)")
    )
    console.result({"username": owner.username, "password": password}, [f"{owner.username}", f"{line}: {password}"])


@frame.verb(
    user,
    "create",
    Text(zh="登记人员并开通账号", en="Register a person and open an account"),
    examples=["unionhall user create zhang.wei --name 张伟 --unit 440100 --role city_clerk"],
)
@click.argument("username")
@click.option("--name", required=True, help="the person's name")
@click.option("--unit", "unit_code", required=True, metavar="CODE")
@click.option("--role", "roles", multiple=True, required=True, metavar="CODE")
@transaction.atomic
def _create(console: frame.Console, username: str, name: str, unit_code: str, roles: tuple[str, ...]) -> None:
    place = unit(unit_code)
    given = [role_of(code) for code in roles]
    with audit.circumstances(account=f"terminal:{getpass.getuser()}"), override("zh-hans"):
        person = people.register(by=None, name=name, home=place)
        opened, password = actions.open_account(person, username=username, by=None)
        for role in given:
            actions.grant(person, role=role, at=place, by=None)
    _password(console, opened, password)


@frame.verb(user, "lock", Text(zh="停用账号", en="Disable an account"), examples=["unionhall user lock zhang.wei --as li.na"])
@click.argument("username")
@click.option("--reason", default="", help="for the trail")
@acting
def _lock(console: frame.Console, username: str, reason: str, acting: str | None) -> None:
    actions.disable_account(account(username), by=actor(acting), reason=reason or "terminal")
    console.result({"username": username, "locked": True}, [])
    console.note(Text(zh=f"{username} 已停用，全部会话已结束。", en=f"{username} is disabled; all sessions have ended."))


@frame.verb(user, "unlock", Text(zh="恢复账号", en="Enable an account"), examples=["unionhall user unlock zhang.wei --as li.na"])
@click.argument("username")
@click.option("--reason", default="", help="for the trail")
@acting
def _unlock(console: frame.Console, username: str, reason: str, acting: str | None) -> None:
    actions.enable_account(account(username), by=actor(acting), reason=reason or "terminal")
    console.result({"username": username, "locked": False}, [])
    console.note(Text(zh=f"{username} 已恢复。", en=f"{username} is enabled again."))


@frame.verb(
    user, "reset", Text(zh="重置密码", en="Give a new one-time password"), examples=["unionhall user reset zhang.wei --as li.na"]
)
@click.argument("username")
@acting
def _reset(console: frame.Console, username: str, acting: str | None) -> None:
    owner = account(username)
    _password(console, owner, actions.reset_password(owner, by=actor(acting)))


@frame.verb(
    user,
    "handover",
    Text(zh="交接：授权转给接任者并停用账号", en="Hand a person's roles to a successor and disable the account"),
    examples=["unionhall user handover zhang.wei --to wang.fang --as li.na"],
)
@click.argument("username")
@click.option("--to", "successor", required=True, metavar="USERNAME")
@click.option("--reason", default="交接", help="for the trail")
@acting
@transaction.atomic
def _handover(console: frame.Console, username: str, successor: str, reason: str, acting: str | None) -> None:
    by, old, new = actor(acting), account(username), account(successor)
    handed = list(access.grants_of(old.person))
    for grant in handed:
        actions.revoke(grant, by=by, reason=reason)
        actions.grant(new.person, role=grant.role, at=grant.organization, by=by, below=grant.below, until=grant.until)
    actions.disable_account(old, by=by, reason=reason)
    console.result({"from": username, "to": successor, "grants": len(handed)}, [f"{username} → {successor}: {len(handed)}"])


def _accounts() -> "QuerySet[Account]":
    return Account.objects.select_related("person__home").order_by("username")


@frame.verb(user, "list", Text(zh="列出账号", en="List accounts"), examples=["unionhall user list --json"])
def _list(console: frame.Console) -> None:
    rows = [
        {
            "username": one.username,
            "unit": str(one.person.home),
            "locked": not one.is_active,
            "must_change": one.must_change_password,
        }
        for one in _accounts()
    ]
    console.result({"users": rows}, [f"{row['username']:<24}{row['unit']}{'  (locked)' if row['locked'] else ''}" for row in rows])
