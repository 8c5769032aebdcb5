"""Units as people name them at the terminal: by code."""

from unionhall.config.launcher.trouble import Trouble
from unionhall.kernel.organizations.models import Organization
from unionhall.lib.text import Text


def unit(code: str) -> Organization:
    """The unit of a code. Raises Trouble."""
    found = Organization.objects.filter(code=code).first()
    if found is None:
        raise Trouble(
            Text(zh=f"没有编码为 {code} 的单位。", en=f"There is no unit with the code {code}."),
            Text(zh="查看组织树：unionhall org tree", en="See the tree: unionhall org tree"),
        )
    return found
