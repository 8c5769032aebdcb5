"""Words of the desk in templates."""

from django import template

from unionhall.lib import masking

register = template.Library()


@register.filter
def masked_name(name: str) -> str:
    """A name as lists show it: surname and two stars, so that its length does not leak."""
    return masking.name(name)
