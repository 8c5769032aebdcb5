"""Work that comes round by the clock: declared beside the code that does it, started by the house."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Periodic:
    """One recurring job: `code` names it in the task centre, `cron` is a five-field line in Asia/Shanghai.

    `run` takes no argument, may run twice and must then do nothing the second time.
    """

    code: str
    cron: str
    run: Callable[[], object]

    def __post_init__(self) -> None:
        if len(self.cron.split()) != 5:
            raise ValueError(f"{self.code}: a cron line has five fields, not {self.cron!r}")
