"""The command line, verb by verb, on the cast: shapes for machines, exit codes, words for people."""

import csv
import io
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from unionhall.config.cli import frame
from unionhall.config.cli.audit import audit
from unionhall.config.cli.catalogue import catalogue
from unionhall.config.cli.figures import figures
from unionhall.config.cli.ledger import ledger
from unionhall.config.cli.main import COMMANDS
from unionhall.config.cli.org import org
from unionhall.config.cli.user import user
from unionhall.config.launcher.trouble import Trouble
from unionhall.kernel.access.models import Account
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.organizations.models import Organization
from unionhall.lib.refusal import Refused

pytestmark = pytest.mark.django_db


def ask(noun, *arguments, typed=""):
    """Call a verb in this process; returns (what it returned, stdout)."""
    result = CliRunner().invoke(noun, list(arguments), input=typed, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout


def told(noun, *arguments, typed=""):
    code, out = ask(noun, *arguments, "--json", typed=typed)
    return code or 0, json.loads(out)


def test_catalogue_status_has_the_agreed_shape():
    code, found = told(catalogue, "status")
    assert (code, list(found), len(found["programmes"])) == (0, ["programmes"], 239)
    assert all(set(one) >= {"code", "domain", "rooms", "live"} for one in found["programmes"])
    assert {type(one["live"]) for one in found["programmes"]} == {bool}


def test_figures_status_has_the_agreed_shape():
    _code, found = told(figures, "status")
    assert list(found) == ["figures"]
    assert all(set(one) == {"id", "state", "printed", "value"} for one in found["figures"])
    assert {one["state"] for one in found["figures"]} <= {"reproduced", "differs", "not_countable"}


def test_the_audit_is_verified_and_a_broken_row_is_named(cast):
    code, found = told(audit, "verify")
    assert (code, found["ok"], found["first_bad"]) == (0, True, None)
    assert found["checked"] == trail.size()


def test_the_books_are_reconciled(cast):
    assert told(ledger, "reconcile") == (0, {"differences": []})


def test_a_user_is_made_with_a_one_time_password(cast):
    code = cast.units["county"].code
    made = told(user, "create", "zhang.wei", "--name", "张伟", "--unit", code, "--role", "county_clerk")[1]
    account = Account.objects.get(username="zhang.wei")
    assert account.check_password(made["password"])
    assert account.must_change_password
    assert account.person.home == cast.units["county"]
    assert [given.role.code for given in account.person.grants.all()] == ["county_clerk"]


@pytest.mark.parametrize(("option", "value", "words"), [("--unit", "nowhere", "nowhere"), ("--role", "king", "king")])
def test_an_unknown_unit_or_role_is_named_and_nothing_is_made(cast, option, value, words):
    given = {"--name": "张伟", "--unit": cast.units["county"].code, "--role": "county_clerk", option: value}
    with pytest.raises(Trouble, match=words):
        ask(user, "create", "zhang.wei", *(part for pair in given.items() for part in pair))
    assert not Account.objects.filter(username="zhang.wei").exists()


def test_an_account_is_locked_and_unlocked_by_somebody_who_may(cast):
    told(user, "lock", "county.clerk", "--as", "security.admin", "--reason", "离岗")
    assert not cast.account("county_clerk").is_active
    told(user, "unlock", "county.clerk", "--as", "security.admin")
    assert cast.account("county_clerk").is_active
    verbs = [row.verb for row in trail.trail("access.account", cast.account("county_clerk").pk)]
    assert {"access.account_disabled", "access.account_enabled"} <= set(verbs)


@pytest.mark.parametrize("acting", [[], ["--as", "nobody.here"]])
def test_without_a_name_nobody_acts(cast, acting):
    with pytest.raises(Trouble):
        ask(user, "lock", "county.clerk", *acting)
    assert cast.account("county_clerk").is_active


def test_somebody_who_may_not_is_refused(cast):
    with pytest.raises(Refused):
        ask(user, "lock", "county.clerk", "--as", "chair")
    assert cast.account("county_clerk").is_active


def test_a_password_is_reset_and_shown_once(cast):
    made = told(user, "reset", "county.clerk", "--as", "security.admin")[1]
    account = cast.account("county_clerk")
    assert account.check_password(made["password"])
    assert account.must_change_password


def test_work_is_handed_over(cast):
    _code, found = told(user, "handover", "township.clerk", "--to", "worker", "--as", "security.admin")
    assert found == {"from": "township.clerk", "to": "worker", "grants": 1}
    assert not cast.account("township_clerk").is_active
    assert "township_clerk" in {given.role.code for given in cast.people["worker"].grants.all()}


def test_users_are_listed_without_secrets(cast):
    _code, found = told(user, "list")
    assert len(found["users"]) == len(cast.passwords)
    assert set(found["users"][0]) == {"username", "unit", "locked", "must_change"}


def lines(*rows):
    kept = io.StringIO()
    writer = csv.DictWriter(kept, fieldnames=["code", "name", "level", "kind", "parent_code"])
    writer.writeheader()
    writer.writerows(rows)
    return kept.getvalue()


def union(code, name, above):
    return {"code": code, "name": name, "level": "grassroots", "kind": "grassroots", "parent_code": above}


def test_units_are_imported_and_the_same_file_again_changes_nothing(cast):
    sheet = lines(union("990200", "新机械厂工会", cast.units["township"].code))
    code, found = told(org, "import", "-", typed=sheet)
    assert (code, found["new"], found["errors"]) == (0, 1, [])
    assert told(org, "import", "-", typed=sheet)[1]["same"] == 1
    assert Organization.objects.filter(code="990200").count() == 1


def test_a_bad_row_stops_the_import_and_is_named_with_its_mend(cast):
    good, bad = union("990200", "新厂工会", cast.units["township"].code), union("990201", "孤儿工会", "000000")
    code, found = told(org, "import", "-", typed=lines(good, bad))
    assert code == frame.PARTLY == 3
    assert [(one["row"], bool(one["message"])) for one in found["errors"]] == [(3, True)]
    assert not Organization.objects.filter(code="990200").exists()


def test_a_dry_run_writes_nothing(cast):
    sheet = lines(union("990200", "新厂工会", cast.units["township"].code))
    assert told(org, "import", "-", "--dry-run", typed=sheet)[1]["new"] == 1
    assert not Organization.objects.filter(code="990200").exists()


def test_what_is_exported_imports_again_without_a_change(cast):
    _code, sheet = ask(org, "export", "-", "--quiet")
    code, found = told(org, "import", "-", typed=sheet)
    assert (code, found["new"], found["changed"], found["same"]) == (0, 0, 0, len(cast.units))


def test_the_tree_is_shown(cast):
    _code, found = told(org, "tree", "--unit", cast.units["city"].code, "--depth", "2")
    assert [one["name"] for one in found["units"]] == ["示范市总工会", "城关区总工会", "东山县总工会"]


def shell(*arguments):
    command = [sys.executable, "-m", "unionhall.config.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_help_begins_with_examples_and_needs_no_database(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    monkeypatch.setenv("UNIONHALL_LANGUAGE", "en")
    answer = shell("--help")
    assert answer.returncode == 0
    assert answer.stdout.startswith("Examples:")
    assert all(f"\n  {name} " in answer.stdout for name in COMMANDS)
    for noun in ("serve", "backup"):
        assert shell(noun, "--help").returncode == 0


def test_a_typo_gets_the_likely_command_and_exit_code_two(monkeypatch):
    monkeypatch.setenv("UNIONHALL_LANGUAGE", "en")
    answer = shell("bakcup")
    assert (answer.returncode, "Did you mean: unionhall backup" in answer.stderr, answer.stdout) == (2, True, "")


def test_a_danger_is_confirmed_by_typing_the_name(monkeypatch):
    monkeypatch.setenv("UNIONHALL_LANGUAGE", "en")
    with pytest.raises(Trouble, match="Type demo"):
        frame.Console().confirm("demo", frame.Text(zh="", en=""))
    frame.Console(yes=True).confirm("demo", frame.Text(zh="", en=""))


def test_quiet_and_json_leave_only_the_result(capsys):
    for console in (frame.Console(quiet=True), frame.Console(as_json=True)):
        console.note(frame.Text(zh="说明", en="note"))
    assert capsys.readouterr().err == ""
    frame.Console(as_json=True).result({"名": 1}, ["line"])
    assert capsys.readouterr().out == '{"名": 1}\n'
