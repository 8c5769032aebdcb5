"""Who sees programmes and editions, and who may change them.

An edition is seen by those who hold `programmes.see` over its unit, and by everybody below it: they are the ones who
carry the work out. Changing it takes `programmes.manage` over its unit; own programmes and own fields `programmes.design`.
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from unionhall.kernel.access import actions as rights
from unionhall.kernel.access import queries as grants
from unionhall.kernel.access.models import fetched
from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.kernel.people.models import Person
from unionhall.kernel.programmes.models import CustomField, Edition, Programme
from unionhall.lib import scope
from unionhall.lib.refusal import Denied, NotVisible

SEE, MANAGE, DESIGN = "programmes.see", "programmes.manage", "programmes.design"


def _reach(by: Person, field: str = "org_path") -> Q:
    found = grants.ranges(by, SEE)
    above = {path for low, _high in found for path in tree.ancestor_paths(low)}
    return grants.in_ranges(found, field) | Q(**{f"{field}__in": sorted(above)})


def visible_to(by: Person) -> QuerySet[Edition]:
    """The editions that a person sees: of the units in their scope and of the units above these."""
    if not grants.may(by, SEE):
        return scope.mark(Edition.objects.none())
    return scope.mark(Edition.objects.filter(_reach(by)))


def programmes_visible_to(by: Person) -> QuerySet[Programme]:
    """Every shipped programme, and the own ones of units in or above the person's scope."""
    if not grants.may(by, SEE):
        return scope.mark(Programme.objects.none())
    return scope.mark(Programme.objects.filter(Q(owner=None) | _reach(by)))


def programme_home(by: Person, code: str, reach: Q) -> tuple[Programme, list[Edition]]:
    """A programme with those of its editions that a person sees and that are in reach, the newest first. Raises NotVisible."""
    known = programmes_visible_to(by).filter(code=code)
    found = visible_to(by).filter(reach, programme__in=known.values("pk"))
    runs = list(found.select_related("organization", "programme").order_by("-since", "-id"))
    programme = scope.mark(runs[0].programme) if runs else known.first()
    if programme is None:
        raise NotVisible(_("There is no such programme."))
    return programme, runs


def for_change(by: Person, edition_id: int, *, to: str = MANAGE) -> Edition:
    """An edition, locked, for an act that takes the permission `to` at its unit. Raises NotVisible or Denied."""
    edition = (
        Edition.objects.select_for_update(of=("self",)).select_related("programme", "organization").filter(pk=edition_id).first()
    )
    if edition is None or not visible_to(by).filter(pk=edition_id).exists():
        raise NotVisible(_("There is no such edition."))
    if not grants.may(by, to, edition.organization):
        # Seen from below, so it is no secret; but only those over its unit change it.
        raise Denied(_("You see this edition and do not have the right to change it: ask the unit that runs it."))
    return fetched(edition)


def programme_for_change(by: Person, programme_id: int) -> Programme:
    """An own programme, locked. Raises NotVisible for those of others, Denied for shipped ones and without the right."""
    programme = Programme.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=programme_id).first()
    if programme is None or not programmes_visible_to(by).filter(pk=programme_id).exists():
        raise NotVisible(_("There is no such programme."))
    rights.require(by, DESIGN, programme.owner)
    return fetched(programme)


def field_for_change(by: Person, field_id: int) -> CustomField:
    """An own field, locked, for those who design programmes at its unit. Raises NotVisible or Denied."""
    field = CustomField.objects.select_for_update(of=("self",)).select_related("organization").filter(pk=field_id).first()
    if field is None:
        raise NotVisible(_("There is no such field."))
    rights.require(by, DESIGN, field.organization)
    return fetched(field)


def require_at(by: Person, organization: Organization, *, to: str) -> None:
    """Go on only if the person has the permission at the unit. Raises NotVisible or Denied."""
    rights.require(by, to, organization)
