"""Giving and taking rights, accounts and their passwords, and what sign-in counts."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from unionhall.kernel.access import queries, registry, rules
from unionhall.kernel.access.actions import delegations
from unionhall.kernel.access.models import Account, BrowserSession, Delegation, Grant, PhoneCode, Role, SignIn, fetched, key_of
from unionhall.kernel.audit import actions as audit
from unionhall.kernel.audit.actions import deputies
from unionhall.kernel.audit.registry import READ
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people import access as people
from unionhall.kernel.people import queries as people_queries
from unionhall.kernel.people.models import Person
from unionhall.lib import clock, dates
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused, absent

Row = TypeVar("Row", bound=Model)


class TooManyAttempts(Refused):
    """Signing in has failed too often lately (429); `wait` says how long to stay away."""

    code = "too_many_attempts"
    status = 429

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        self.retry_after = seconds = max(1, round(wait.total_seconds()))
        minutes = -(-seconds // 60)
        if minutes <= 2:
            said = ngettext(
                "Too many attempts: try again in %(n)d second.", "Too many attempts: try again in %(n)d seconds.", seconds
            )
            super().__init__(said % {"n": seconds})
        else:  # nobody counts in thousands of seconds
            super().__init__(_("Too many attempts: try again in %(n)d minutes.") % {"n": minutes})


def require(by: Person, permission: str, at: "Organization | str | None" = None) -> None:
    """Go on only if the person has the permission at the unit; what follows is done for the lender where the right is lent.

    Raises NotVisible when the unit is outside everything they hold, Denied when they see it and may not do this.
    """
    registry.permission(permission)
    if (held := queries.by_which(by, permission, at)) is not None:
        deputies.stand_in(by.pk, held.lender)
        return
    path = at if at is None or isinstance(at, str) else at.path
    if path is not None and not any(held.low <= path < held.high for held in queries.holdings(by)):
        raise NotVisible(_("Not found."))
    raise Denied(_("You do not have the right to do this here: ask your security administrator."))


def one_for_change(visible: "QuerySet[Row]", by: Person, id: int, *, to: str, no_key: bool = False) -> Row:
    """One row of a scoped queryset, locked, after asking for the permission at its unit. Raises NotVisible, Denied.

    `no_key` lets rows that point at it be written meanwhile: where those lock something else first that the caller wants too.
    """
    found = visible.select_related("organization").select_for_update(of=("self",), no_key=no_key).filter(pk=id).first()
    if found is None:
        raise absent()
    require(by, to, at=found.organization)  # type: ignore[attr-defined]
    return fetched(found)


@contextmanager
def sealed_scope(by: Person, permission: str) -> Iterator[None]:
    """A transaction in which the row policies show what is sealed of people in the person's scope, and of no others."""
    with transaction.atomic(), people.scope(queries.scope_value(queries.ranges(by, permission))):
        yield


@transaction.atomic
def note_search(*, by: Person, text: str, found: Iterable[Person]) -> None:
    """Put on record that somebody was looked for by a whole document number or phone, found or not, before the answer is shown.

    Names, initials and four last characters are no sensitive value; nothing is recorded for them. The number itself never is.
    """
    if not people_queries.is_whole_number(text):
        return
    person = next(iter(found), None)
    reason = str(_("Looked for by a whole document number or phone"))
    subject: Person | str = person if person is not None else "people.person:0"
    audit.record_many([audit.Act(by, READ, subject, reason=reason, details={"field": "search", "via": "search"}, plain=True)])


def look_for(*, by: Person, text: str, most: int) -> list[Person]:
    """Whom a text means among those a person may see, each with the home unit, for a picker; a whole number goes on record."""
    known = people_queries.find(text, queries.ranges(by, "people.see")).select_related("home")
    found = list(known[:most])
    note_search(by=by, text=text, found=found)
    return found


@transaction.atomic
def open_account(person: Person, *, username: str, by: Person | None) -> tuple[Account, str]:
    """Open an account; returns it with its random first password, which is shown once and must be changed."""
    if by is not None:
        require(by, "access.accounts", person.org_path)
    name = Account.normalize(username)
    if not name or len(name) > 64:
        raise Refused(_("Give a user name of at most 64 characters."), field="username")
    if Account.objects.filter(person=person).exists():
        raise Conflict(_("This person already has an account."))
    if Account.objects.filter(username=name).exists():
        raise Conflict(_("This user name is taken: choose another."), field="username")
    account, password = Account(person=person, username=name), rules.initial_password()
    account.set_password(password)
    account.password_changed_at = clock.now()
    account.save()
    audit.record(by, "access.account_opened", account, at=person.home)
    return account, password


@transaction.atomic
def reset_password(account: Account, *, by: Person) -> str:
    """Give an account a new random first password and end its sessions; second factors stay."""
    account = _for_change(account, by)
    password = rules.initial_password()
    account.set_password(password)
    account.must_change_password, account.password_changed_at = True, clock.now()
    account.save()
    audit.record(by, "access.password_reset", account, at=account.person.home)
    return password


@transaction.atomic
def note_own_password(account: Account) -> None:
    """Write down that a person has just chosen their own password."""
    Account.objects.filter(pk=account.pk).update(must_change_password=False, password_changed_at=clock.now())
    account.must_change_password, account.password_changed_at = False, clock.now()
    audit.record(account.person, "access.password_changed", account, at=account.person.home)


@transaction.atomic
def disable_account(account: Account, *, by: Person, reason: str) -> Account:
    """Disable an account: no sign-in, every session ends at its next request, and delegations of and to the person end."""
    account = _for_change(account, by)
    if account.person_id == by.pk:
        raise Refused(_("Nobody disables their own account."))
    account.disabled_at = account.disabled_at or clock.now()
    account.epoch += 1
    account.save()
    delegations.end_all(account.person, by=by)
    audit.record(by, "access.account_disabled", account, at=account.person.home, reason=reason)
    return account


@transaction.atomic
def enable_account(account: Account, *, by: Person, reason: str) -> Account:
    """Let a disabled account sign in again."""
    account = _for_change(account, by)
    account.disabled_at = None
    account.save()
    audit.record(by, "access.account_enabled", account, at=account.person.home, reason=reason)
    return account


@transaction.atomic
def end_sessions(account: Account, *, by: Person) -> None:
    """End every session of an account at its next request: one's own, or as an administrator."""
    if account.person_id != by.pk:
        account = _for_change(account, by)
    Account.objects.filter(pk=account.pk).update(epoch=F("epoch") + 1)
    audit.record(by, "access.sessions_ended", account, at=account.person.home)


def set_preferences(account: Account, *, language: str | None = None, easy_mode: bool | None = None) -> None:
    """Remember the language and the large print that a person chose."""
    if language is not None and language not in dict(settings.LANGUAGES):
        raise Refused(_("This language is not offered."), field="language")
    account.language = account.language if language is None else language
    account.easy_mode = account.easy_mode if easy_mode is None else easy_mode
    account.save(update_fields=["language", "easy_mode"])


@transaction.atomic
def grant(
    person: Person,
    *,
    role: Role,
    at: Organization,
    by: Person | None,
    below: bool = True,
    since: date | None = None,
    until: date | None = None,
) -> Grant:
    """Give a role over a unit. Nobody grants to themselves, beyond their scope, or more than they may hand on."""
    start = since or dates.today()
    if until is not None and until < start:
        raise Refused(_("The grant would end before it begins."), field="until")
    if role.retired_at is not None or not at.is_open:
        raise Refused(_("This role or unit is no longer in use."))
    if by is not None:
        _may_hand_on(by, person, role, at)
    Person.objects.select_for_update().get(pk=person.pk)
    current = Grant.objects.filter(Q(until=None) | Q(until__gt=start), person=person)
    stands_in = Delegation.objects.filter(deputy=person, taken_back_at=None, until__gt=start).exists()
    if rules.duties_clash([*current.values_list("role__duty", flat=True), role.duty, *([rules.WORK] if stands_in else [])]):
        raise Refused(_("System, security and audit administrators are three persons without other duties."), field="role")
    if current.filter(role=role, organization=at, until=None).exists():
        raise Conflict(_("The person already has this role there."))
    given = Grant.objects.create(
        person=person, role=role, organization=at, org_path=at.path, below=below, since=start, until=until, granted_by=by
    )
    queries.forget()
    audit.record(by, "access.granted", given, at=at, person=person.pk, role=role.code, below=below, until=str(until or ""))
    return given


@transaction.atomic
def let_apply(person: Person, *, at: Organization) -> None:
    """See that somebody holds the role of a worker at the unit with which an own application lies; the house gives it once.

    Who comes in by a code to the phone was given no role by anybody, and would be refused with what is one's own.
    """
    held = Grant.objects.filter(queries.in_force(dates.today()), person=person, role__code=rules.WORKER, organization=at)
    if not held.exists():
        grant(person, role=Role.objects.get(code=rules.WORKER), at=at, by=None, below=False)


@transaction.atomic
def revoke(given: Grant, *, by: Person, reason: str = "") -> None:
    """Take a role back; it counts from the person's next request on."""
    given = Grant.objects.select_for_update(of=("self",)).select_related("organization", "role").get(pk=given.pk)
    require(by, "access.grant", given.org_path)
    if given.until is not None and given.until <= dates.today():
        raise Conflict(_("The grant has already ended."))
    given.until = max(dates.today(), given.since)
    given.save()
    queries.forget()
    audit.record(by, "access.revoked", given, at=given.organization, reason=reason, person=given.person_id, role=given.role.code)


def _may_hand_on(by: Person, person: Person, role: Role, at: Organization) -> None:
    require(by, "access.grant", at)
    if person.pk == by.pk:
        raise Denied(_("Nobody grants rights to themselves."))
    _check_grantable(by, at, [*role.permissions, *role.grantable])


def _check_grantable(by: Person, at: Organization, wanted: Sequence[str]) -> None:
    handed = [pattern for held in queries.holdings(by) if held.low <= at.path < held.high for pattern in held.grantable]
    if missing := rules.uncovered(wanted, handed):
        raise Denied(_("You cannot hand on: %(rights)s") % {"rights": ", ".join(missing)})


@transaction.atomic
def make_role(*, code: str, zh: str, en: str, permissions: Sequence[str], at: Organization, by: Person) -> Role:
    """Make a federation's own role out of declared permissions that the maker may hand on."""
    require(by, "access.roles", at)
    _check_permissions(permissions)
    _check_grantable(by, at, permissions)
    if not zh.strip() or not code.strip():
        raise Refused(_("Give the role a code and a name."), field="zh")
    if Role.objects.filter(code=code).exists():
        raise Conflict(_("A role with this code exists."), field="code")
    role = Role.objects.create(code=code, zh=zh.strip(), en=en.strip(), permissions=sorted(set(permissions)), organization=at)
    audit.record(by, "access.role_made", role, at=at, permissions=role.permissions)
    return role


@transaction.atomic
def change_role(role: Role, *, permissions: Sequence[str], by: Person) -> Role:
    """Change what an own role may do; shipped roles stay as they are."""
    role = Role.objects.select_for_update(of=("self",)).select_related("organization").get(pk=role.pk)
    if role.organization is None:
        raise Refused(_("A role that comes with the house is not changed: make an own one."))
    require(by, "access.roles", role.organization)
    _check_permissions(permissions)
    _check_grantable(by, role.organization, permissions)
    old, role.permissions = role.permissions, sorted(set(permissions))
    role.save()
    queries.forget()
    audit.record(by, "access.role_changed", role, at=role.organization, old=old, new=role.permissions)
    return role


def _check_permissions(permissions: Sequence[str]) -> None:
    if not permissions:
        raise Refused(_("Choose at least one permission."), field="permissions")
    if unknown := [code for code in permissions if not registry.is_declared(code)]:
        raise Refused(_("Unknown permissions: %(codes)s") % {"codes": ", ".join(unknown)}, field="permissions")


@transaction.atomic
def load_roles() -> None:
    """Bring the roles that come with the house up to date; run after every migration, changes nothing the second time."""
    for shipped in rules.SHIPPED:
        values = {
            "zh": shipped.zh,
            "en": shipped.en,
            "permissions": list(shipped.permissions),
            "grantable": list(shipped.grantable),
            "duty": shipped.duty,
        }
        Role.objects.update_or_create(code=shipped.code, defaults=values)


def begin_attempt(username: str, address: str) -> SignIn:
    """Note an attempt to sign in before the password is looked at, so that parallel ones count each other.

    Raises TooManyAttempts after ten failures in five minutes for the name or the address, and earlier while the
    growing delay lasts. From an address where the name signed in lately only failures of that very pair count:
    nobody elsewhere can lock a person out. Unknown names are counted like known ones.
    """
    now, name, place = clock.now(), key_of(f"name:{Account.normalize(username)}"), key_of(f"address:{address}")
    attempt = SignIn.objects.create(name_key=name, address_key=place, at=now, succeeded=False)
    recent = SignIn.objects.filter(at__gt=now - rules.WINDOW, succeeded=False, pk__lt=attempt.pk)
    pair = SignIn.objects.filter(name_key=name, address_key=place)
    success = pair.filter(succeeded=True, at__gt=now - rules.KNOWN_ADDRESS).aggregate(last=Max("at"))["last"]
    if success is not None:
        counted = [recent.filter(name_key=name, address_key=place, at__gt=success)]
    else:
        counted = [recent.filter(name_key=name), recent.filter(address_key=place)]
    waits = [rules.may_try_again(found.count(), found.aggregate(last=Max("at"))["last"], now) for found in counted]
    if (wait := max(waits)) > timedelta():
        attempt.delete()
        raise TooManyAttempts(wait)
    return attempt


def attempt_succeeded(attempt: SignIn) -> None:
    """Turn a noted attempt into a success; the address is then known for the name."""
    SignIn.objects.filter(pk=attempt.pk).update(succeeded=True)


class CodeUsed(Refused):
    """A second-factor code that was already taken once."""

    code = "code_used"


def begin_code(account: Account, code: str) -> SignIn:
    """Note an attempt with a second-factor code; raises TooManyAttempts or, for a code taken lately, CodeUsed."""
    now, name, place = clock.now(), key_of(f"code:{account.pk}"), key_of(f"code:{account.pk}:{code.strip()}")
    mine = SignIn.objects.filter(name_key=name)
    if mine.filter(address_key=place, succeeded=True, at__gt=now - rules.CODE_LIVES).exists():
        raise CodeUsed(_("The code is wrong or was already used: wait for the next one."))
    attempt = SignIn.objects.create(name_key=name, address_key=place, at=now, succeeded=False)
    failed = mine.filter(succeeded=False, at__gt=now - timedelta(days=1), pk__lt=attempt.pk).values_list("at", flat=True)
    if (wait := rules.code_wait(failed, now)) > timedelta():
        attempt.delete()
        raise TooManyAttempts(wait)
    return attempt


@transaction.atomic
def note_sign_in(account: Account, *, way: str = "") -> None:
    """Write down that somebody signed in, and in which way if not by password."""
    audit.record(account.person, "access.signed_in", account, at=account.person.home, **({"way": way} if way else {}))


@transaction.atomic
def note_failure(username: str) -> None:
    """Write down that signing in failed; the name tried is kept as a keyed hash, it may hold a password typed by mistake."""
    audit.record(
        None, "access.sign_in_failed", f"access.name:{key_of(f'name:{Account.normalize(username)}')[:16]}", outcome="failed"
    )


def forget_attempts() -> int:
    """Remove what throttling no longer needs; run daily. Returns how many."""
    now = clock.now()
    stale = Q(succeeded=False, at__lt=now - timedelta(days=1)) | Q(at__lt=now - rules.KNOWN_ADDRESS)
    spent = Q(used_at=None, at__lt=now - timedelta(days=2)) | Q(at__lt=now - rules.KNOWN_ADDRESS)
    codes = PhoneCode.objects.filter(spent).delete()[0]
    return SignIn.objects.filter(stale).delete()[0] + codes


def forget_sessions() -> int:
    """Remove the sessions that have expired; run daily. Returns how many."""
    return BrowserSession.objects.filter(expire_date__lt=clock.now()).delete()[0]


def _for_change(account: Account, by: Person) -> Account:
    account = Account.objects.select_for_update(of=("self",)).select_related("person__home").get(pk=account.pk)
    require(by, "access.accounts", account.person.org_path)
    return account
