"""Codes: the one of a token, and all that a person may see."""

from django.conf import settings
from django.db.models import Count, QuerySet

from unionhall.kernel.access import queries as permissions
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import World
from unionhall.lib import dates, recall, statement
from unionhall.lib.scope import mark
from unionhall.work.membership import access, rules
from unionhall.work.membership.models import JoinCode, Opening

# Asked at each step of everybody who scans a poster.
SCANNED = f"""
SELECT {statement.columns(JoinCode, "c")}, {statement.columns(Organization, "o")}
  FROM membership_joincode c JOIN organizations_organization o ON o.id = c.organization_id WHERE c.token = %s
"""


def of_token(token: str) -> JoinCode:
    """The code of a token, scanned or typed, in capitals as well, as of the last second; whoever acts on it looks again (`basis`).

    Raises NoCode, and Unready for one that no longer serves.
    """
    word = token.strip().lower()
    code = recall.lately(("membership.code", word), lambda: _of(word))
    rules.check_code(
        revoked=code.revoked_at is not None,
        expires_on=code.expires_on,
        unit_open=code.organization.until is None,
        today=dates.today(),
    )
    return mark(code)


def _of(word: str) -> JoinCode:
    row = statement.one(SCANNED, [word])
    if row is None:
        raise rules.NoCode
    code: JoinCode
    code, code.organization = statement.records(row, JoinCode, Organization)
    return code


def listed(by: Person) -> QuerySet[JoinCode]:
    """The codes in scope with how many applied by each."""
    rows = JoinCode.objects.select_related("organization").annotate(applied=Count("applications"))
    return access.scoped(rows, by)


def one(by: Person, id: int) -> JoinCode:
    """One code in scope. Raises NotVisible."""
    return access.one(listed(by), id)


def union_listed(by: Person, opening: int) -> int:
    """The union of a row among those that should be open; NotVisible where that is absent or out of sight."""
    openings = Opening.objects.filter(pk=opening).values("organization")
    return permissions.key_of(permissions.visible(Organization.objects.filter(pk__in=openings), by, "membership.see", "path"))


def shows() -> bool:
    """Whether text codes are shown on the page: only in an invented world from which nothing is sent."""
    return not settings.NOTICE_CHANNELS.get("sms") and World.objects.filter(kind="demo").exists()
