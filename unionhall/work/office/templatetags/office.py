"""Words of the desk in templates."""

from django import template
from django.template import Context

from unionhall.kernel.access import queries as access
from unionhall.lib import masking

register = template.Library()


@register.filter
def masked_name(name: str) -> str:
    """A name as lists show it: surname and two stars, so that its length does not leak."""
    return masking.name(name)


@register.simple_tag(takes_context=True)
def may(context: Context, permission: str, at: object = None) -> bool:
    """Whether the person may do something at a unit or its path: `{% may "people.erase" person.org_path as erasable %}`.

    No button leads to a refusal.
    """
    return access.may(context["request"].person, permission, at)  # type: ignore[arg-type]


@register.filter
def percent_sign(unit: str) -> str:
    """The sign after a target in percent; other targets are numbers in the unit of their figure."""
    return "%" if unit == "percent" else ""
