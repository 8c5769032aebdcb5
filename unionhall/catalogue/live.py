"""Which programmes are live, by evidence: a journey test ran, passed, and the programme has not been edited since.

`live.json` is written by the journey tests' plugin (`unionhall.testing.live`) and committed. Each line binds a programme
to the journey that proved it and to the fingerprint of its catalogue entry; editing the entry makes the evidence stale.
Nothing here can declare a programme live.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unionhall.kernel.programmes.actions import CATALOGUE
from unionhall.kernel.programmes.rules import entries

EVIDENCE = Path(__file__).parent / "live.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passed journey: its test, the fingerprint of the entry, and the indicators whose figures moved."""

    journey: str
    digest: str
    moved: tuple[str, ...]


def evidence(path: Path = EVIDENCE) -> dict[str, Evidence]:
    """The committed evidence by programme code; empty where there is none yet."""
    if not path.exists():
        return {}
    told = json.loads(path.read_text(encoding="utf-8"))
    return {code: Evidence(one["journey"], one["digest"], tuple(one["moved"])) for code, one in told.items()}


def write(kept: Mapping[str, Evidence], path: Path = EVIDENCE) -> bool:
    """Write the evidence down in one fixed form; returns whether the file changed."""
    told = {code: {"journey": one.journey, "digest": one.digest, "moved": sorted(one.moved)} for code, one in sorted(kept.items())}
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def faults(kept: Mapping[str, Evidence], told: Mapping[str, entries.Entry], journeys: Mapping[str, str]) -> list[str]:
    """What is wrong with the evidence: unknown programmes, journeys that no longer exist, edited entries, still figures."""
    found = []
    for code, one in sorted(kept.items()):
        if code not in told:
            found.append(f"{code}: not in the catalogue")
        elif journeys.get(code) != one.journey:
            found.append(f"{code}: no such journey: {one.journey}")
        elif told[code].digest != one.digest:
            found.append(f"{code}: its entry was edited after {one.journey} passed; run it again")
        elif not one.moved:
            found.append(f"{code}: no figure moved in {one.journey}")
    return found


def catalogue_status(path: Path = EVIDENCE, folder: Path = CATALOGUE) -> list[dict[str, Any]]:
    """Each shipped programme: code, domain, rooms, and whether fresh evidence says that it is live."""
    kept = evidence(path)
    return [
        {
            "code": entry.code,
            "domain": entry.domain,
            "rooms": list(entry.rooms),
            "live": entry.code in kept and kept[entry.code].digest == entry.digest and bool(kept[entry.code].moved),
        }
        for entry in entries.read(folder)
    ]
