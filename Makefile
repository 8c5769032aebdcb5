# Two commands for a fresh machine with Python 3.11 or newer, git and make:
#   make demo   a living city in your browser          make test   every test
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -W ignore::ResourceWarning
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PYTEST_ARGS ?= -n 2
INDEX := https://pypi.org/simple

.PHONY: help venv venv-dev demo test test-scale test-postgres15 check lock bench messages screenshots clean

help: ## show these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' Makefile

demo: venv ## run the demo city here: database, web server, worker; Ctrl-C ends (PORT=8080 for another port)
	@exec $(BIN)/unionhall demo start

test: venv-dev ## run the whole suite, browser journeys included, on a throwaway database
	@$(BIN)/python -m unionhall.config.launcher.browser
	@$(RUN) -m unionhall.config.launcher.throwaway $(BIN)/python -m pytest $(PYTEST_ARGS)

test-postgres15: venv-dev ## run the shorter suite, what the kernel asks a database, on DATABASE_URL, or on the programs in UNIONHALL_POSTGRES
	@test -n "$$DATABASE_URL$$UNIONHALL_POSTGRES" || { echo "Name a PostgreSQL 15: DATABASE_URL=postgresql://user:password@host:5432/name, or UNIONHALL_POSTGRES=/usr/lib/postgresql/15/bin"; exit 1; }
	@$(RUN) -m unionhall.config.launcher.throwaway $(BIN)/python -m pytest -q $(PYTEST_ARGS) --database-only -m "not browser and not crash and not long" unionhall/kernel unionhall/lib

test-scale: venv-dev ## the formulas on DuckDB and Spark against PostgreSQL (installs the extra `scale`; Spark needs Java 17)
	@$(call install,requirements-scale.txt)
	@$(RUN) -m unionhall.config.launcher.throwaway $(BIN)/python -m pytest -q unionhall/kernel/ledger/tests/test_leave_as_parquet.py

check: venv-dev ## lint, import contracts, types, templates, missing migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy unionhall
	@$(BIN)/djlint --lint --quiet unionhall
	@$(RUN) -m unionhall.config.launcher.throwaway $(BIN)/python manage.py makemigrations --check --dry-run

lock: ## compile the hashed requirements from pyproject.toml (needs uv; no host is written into the files)
	uv pip compile --no-config --default-index $(INDEX) --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml -o requirements.txt
	uv pip compile --no-config --default-index $(INDEX) --universal --python-version 3.11 --generate-hashes --no-header -q --extra dev pyproject.toml -o requirements-dev.txt
	uv pip compile --no-config --default-index $(INDEX) --universal --python-version 3.11 --generate-hashes --no-header -q --extra dev --extra scale pyproject.toml -o requirements-scale.txt

bench: venv-dev ## measure against the goals; prints tables, fails nothing; says what was not measured for want of an extra
	@for file in bench/[a-z]*.py; do echo "== $$file"; $(RUN) -m unionhall.config.launcher.throwaway $(BIN)/python $$file || test $$? -eq 3 || exit 1; done

messages: venv-dev ## extract and compile the Chinese translations of every package
	@$(RUN) -m unionhall.config.messages $$(for f in unionhall/shell unionhall/kernel/*/ unionhall/work/*/; do test -f $$f/apps.py && echo $${f%/}; done)

screenshots: venv-dev ## take the pictures of the README anew from the demo city
	@$(BIN)/python -m unionhall.config.launcher.browser
	@$(RUN) -m unionhall.config.launcher.throwaway $(BIN)/python -m pytest -q -m screenshots tests/journeys

clean: ## remove what can be made again (not your data in var/)
	rm -rf .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis

# The environment: hashed requirements, by uv where it is on PATH, else by pip. A stamp says it is whole.
venv: $(VENV)/.runtime-is-whole ## make the virtual environment from the hashed requirements
venv-dev: $(VENV)/.dev-is-whole

$(VENV)/.runtime-is-whole: requirements.txt
	@$(call install,requirements.txt)
	@touch $@

$(VENV)/.dev-is-whole: requirements-dev.txt
	@$(call install,requirements-dev.txt)
	@touch $@ $(VENV)/.runtime-is-whole

define install
test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. 需要 Python 3.11 以上版本。 Install it, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version 2>&1) is too old: Python 3.11 or newer is needed. 需要 Python 3.11 以上版本。 Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }; \
test -w . || { echo "The folder $$(pwd) cannot be written. 无法写入该目录。 Clone the project to a folder of your own."; exit 1; }; \
test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The virtual environment could not be made. 无法创建虚拟环境。 On Debian: apt install python3-venv"; exit 1; }; \
echo "Installing $(1) ..."; \
if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python --require-hashes -r $(1); \
else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1); fi \
|| { echo "The packages could not be installed. 依赖安装失败。 Check the network, the free disk space and pip's index, then run make again."; exit 1; }; \
$(BIN)/python -c 'import runpy, sys; sys.path.insert(0, "."); runpy.run_module("unionhall.config.launcher.link", run_name="__main__")'
endef
