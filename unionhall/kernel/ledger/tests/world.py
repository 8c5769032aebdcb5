"""The facts and the tree of the ledger's tests."""

from unionhall.kernel.ledger.facts import Fact, Unit
from unionhall.kernel.organizations.models import Organization, PathSpan
from unionhall.lib.text import Text


def _fact(code, unit, **more):
    return Fact(code, unit, Text(zh=f"测试{code}", en=f"test {code}"), Text(zh="测试用的一条", en="One of a test."), **more)


FOUND = _fact("trial.found", Unit.ISSUE, dimensions=("grade", "source"))
SOLVED = _fact("trial.solved", Unit.ISSUE, dimensions=("grade",))
VISITED = _fact("trial.visited", Unit.PERSON_TIME, subject="person", dimensions=("grade",))
PAID = _fact("trial.paid", Unit.CNY, subject="household", dimensions=("line",))
MEMBERS = _fact("trial.members", Unit.PERSON, stock=True)
HELD = _fact("trial.held", Unit.EVENT, subject="event")
FACTS = (FOUND, SOLVED, VISITED, PAID, MEMBERS, HELD)


def unit(name, path, parent, level):
    """A unit put straight into its table, with its first span."""
    made = Organization.objects.create(
        name=name, level=level, kind="federation", parent=parent, path=path, depth=len(path) // 4, last_child=9
    )
    PathSpan.objects.create(organization=made, path=path)
    return made


def tree():
    """Province P with cities A and B; A has counties a and b, B has c and d."""
    province = unit("省", "0001", None, "province")
    cities = {name: unit(name, f"0001000{at}", province, "city") for at, name in enumerate("AB", 1)}
    counties = {
        name: unit(name, f"{cities[city].path}000{at}", cities[city], "county")
        for name, city, at in (("a", "A", 1), ("b", "A", 2), ("c", "B", 1), ("d", "B", 2))
    }
    return {"P": province} | cities | counties
