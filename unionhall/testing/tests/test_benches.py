"""A bench that needs an extra says so in one line where it is missing, and `make bench` goes on to the next."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
WITHOUT = """
import importlib.util, runpy, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in {missing!r} else find(name, package)
sys.path.insert(0, "bench")
sys.argv = [{script!r}]
runpy.run_path({script!r}, run_name="__main__")
"""


@pytest.mark.parametrize(("script", "missing"), [("scale", "duckdb, ibis, pyspark"), ("doubles", "duckdb, splink")])
def test_without_its_extra_a_bench_says_so_and_ends_with_three(script, missing):
    program = WITHOUT.format(script=f"bench/{script}.py", missing=missing.split(", "))
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    told = f'{script}.py: NOT MEASURED, the extra `scale` is missing ({missing}): .venv/bin/pip install -e ".[scale]"\n'
    assert (done.returncode, done.stdout, done.stderr) == (3, told, "")


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (3, 0), (1, 2), (4, 2)])
def test_make_goes_on_only_where_nothing_was_measured(tmp_path, code, ends):
    (recipe,) = [line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("\t@for file in bench/")]
    loop = recipe.replace("$(RUN) -m unionhall.config.launcher.throwaway $(BIN)/python $$file", "sh $$file")
    assert loop != recipe
    (tmp_path / "Makefile").write_text(f".PHONY: bench\nbench:\n{loop.replace('.py', '.sh')}\n")
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "a.sh").write_text(f"exit {code}\n")
    (tmp_path / "bench" / "b.sh").write_text("echo measured\n")
    done = subprocess.run(["make", "-s", "bench"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "measured" in done.stdout) == (ends, ends == 0)
