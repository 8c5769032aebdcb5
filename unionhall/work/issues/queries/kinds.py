"""The kinds of issue that a unit may choose from: those that ship and those of its federation."""

from unionhall.kernel.organizations import rules as tree
from unionhall.kernel.organizations.models import Organization
from unionhall.work.issues import registry
from unionhall.work.issues.models import Kind


def names(at: Organization) -> dict[str, object]:
    """Every kind that may be used at a unit, with its name; one query."""
    own = Kind.objects.filter(org_path__in=[*tree.ancestor_paths(at.path), at.path], until=None)
    return {**registry.KINDS, **dict(own.values_list("code", "name"))}


def everything() -> dict[str, object]:
    """Every kind of the house, also retired ones: for naming what is stored."""
    return {**registry.KINDS, **dict(Kind.objects.values_list("code", "name"))}


def code_of(text: str, known: dict[str, object]) -> str:
    """The code for what somebody typed or pasted, a code or a name in either language; the text itself when unknown."""
    typed = text.strip()
    if typed in known:
        return typed
    for code, name in known.items():
        words = {str(name)} if isinstance(name, str) else {name.zh, name.en.casefold()}  # type: ignore[attr-defined]
        if typed in words or typed.casefold() in words:
            return code
    return typed


def name_of(code: str) -> object:
    """The name of one kind; a query only for those that a federation added."""
    if code in registry.KINDS:
        return registry.KINDS[code]
    return Kind.objects.filter(code=code).values_list("name", flat=True).first() or code
