"""Doubles across the whole registry, found by Splink on DuckDB inside this process.

Needs the extra `scale` (`pip install -e ".[scale]"`). The engine gets numbers of files and keyed tokens (`lib/likeness.py`),
lies in memory and writes no file: nothing that names a person leaves the database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow
from splink import DuckDBAPI, Linker

from unionhall.lib import likeness
from unionhall.lib.likeness import COLUMNS, MODEL, File, Token

BATCH = 50_000
MEMORY = "2GB"
FLOOR = 1e-9


@dataclass(frozen=True, slots=True)
class Likely:
    """Two files that are likely one person: the lower number first, how likely, and the grade of each field."""

    first: int
    second: int
    probability: float
    agreed: dict[str, int | None]


def search(files: Iterable[File], *, least: float = likeness.LIKELY, threads: int = 2) -> Iterator[Likely]:
    """Every pair of files that is at least so likely one person, the likeliest first; the same files give the same pairs."""
    key = likeness.new_key()
    rows = ((file.number, *likeness.tokens(file, key)) for file in files)
    with duckdb.connect(":memory:", config={"threads": threads, "memory_limit": MEMORY, "temp_directory": ""}) as engine:
        count = _load(engine, rows)
        if count < 2:
            return
        api = DuckDBAPI(engine)
        linker = Linker(api.register("files"), _settings(engine, count), log_level=40, validate_settings=False)
        found = linker.inference.predict(threshold_match_probability=least, warning_mode="never")
        grades = ", ".join(f"gamma_{field.code}" for field in MODEL)
        engine.execute(
            f"SELECT least(number_l, number_r), greatest(number_l, number_r), match_probability, {grades}"
            f" FROM {found.physical_name} ORDER BY 3 DESC, 1, 2"
        )
        while slice := engine.fetchmany(BATCH):
            for first, second, probability, *agreed in slice:
                yield Likely(first, second, probability, _agreed(agreed))


def _agreed(gammas: list[int]) -> dict[str, int | None]:
    """Splink numbers grades from the weakest up, with -1 for silence; here they count from the strongest down."""
    return {
        field.code: None if gamma < 0 else (len(field.grades) - gamma if gamma else -1)
        for field, gamma in zip(MODEL, gammas, strict=True)
    }


def _load(engine: duckdb.DuckDBPyConnection, rows: Iterable[tuple[Token, ...]]) -> int:
    engine.execute(f"CREATE TABLE files (number BIGINT, {', '.join(f'{column} BIGINT' for column in COLUMNS)})")
    names, count = ("number", *COLUMNS), 0
    slice: list[tuple[Token, ...]] = []

    def insert() -> None:
        columns = [pyarrow.array(column, pyarrow.int64()) for column in zip(*slice, strict=True)]
        engine.register("arrived", pyarrow.table(columns, names=list(names)))
        engine.execute("INSERT INTO files SELECT * FROM arrived")
        engine.unregister("arrived")

    for row in rows:
        slice.append(row)
        if len(slice) == BATCH:
            insert()
            count, slice = count + len(slice), []
    if slice:
        insert()
    return count + len(slice)


def _chance(engine: duckdb.DuckDBPyConnection, column: str) -> float:
    """How often two files that say something in a column agree in it by chance."""
    values = f"SELECT count(*) AS n FROM files WHERE {column} IS NOT NULL GROUP BY {column}"
    agreeing, known = engine.execute(f"SELECT sum(n::DOUBLE * (n - 1)), sum(n)::DOUBLE FROM ({values})").fetchall()[0]
    return max((agreeing or 0) / (known * known), FLOOR) if known else FLOOR


def _settings(engine: duckdb.DuckDBPyConnection, count: int) -> dict[str, Any]:
    chances = {grade.column: _chance(engine, grade.column) for field in MODEL for grade in field.grades}
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "number",
        "probability_two_random_records_match": 2 * likeness.PRIOR / count,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": " AND ".join(f"l.{column} = r.{column}" for column in block), "sql_dialect": "duckdb"}
            for block in likeness.BLOCKS
        ],
        "comparisons": [_comparison(field, chances) for field in MODEL],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": [],
    }


def _comparison(field: likeness.Field, chances: dict[str, float]) -> dict[str, Any]:
    needs = field.needs
    levels: list[dict[str, Any]] = [{"sql_condition": f"{needs}_l IS NULL OR {needs}_r IS NULL", "is_null_level": True}]
    left = 1.0
    for grade in field.grades:
        column, chance = grade.column, min(max(chances[grade.column], FLOOR), left - FLOOR)
        level = {
            "sql_condition": f"{column}_l = {column}_r",
            "label_for_charts": grade.column,
            "m_probability": grade.same,
            "u_probability": chance,
        }
        if grade.common:
            level |= {"tf_adjustment_column": column, "tf_minimum_u_value": FLOOR}
        levels.append(level)
        left -= chance
    levels.append({"sql_condition": "ELSE", "m_probability": max(field.rest, FLOOR), "u_probability": left})
    return {"output_column_name": field.code, "comparison_levels": levels}
