"""Long work of the desk, run by the worker."""

from collections.abc import Mapping
from typing import Any

from unionhall.kernel.exchange.actions import export_table
from unionhall.kernel.exchange.actions.export_table import Wish
from unionhall.kernel.exchange.registry import Progress
from unionhall.work.office import access


def export(by: Any, params: Mapping[str, Any], progress: Progress) -> object:
    """Write a table of more rows than a page waits for; the file lies in the task centre for seven days.

    The person's rights are asked again: they may have changed since the task was started.
    """
    unit = access.unit(by, params["unit"])
    progress.report(0, params["rows"])
    wish = Wish(**params["wish"]) if "wish" in params else Wish(form=params["form"])
    file = export_table.export_table(code=params["table"], by=by, at=unit, filters=params["filters"], wish=wish)
    progress.report(file.rows, file.rows)
    progress.result(file.name, file.content)
    return ""
