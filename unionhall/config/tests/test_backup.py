"""A backup is worth what comes back from it: half a table is deleted and comes back; what is broken is called so."""

import csv
import io
import json
import shutil

import psycopg
import pytest

from unionhall.config.backup import manifest
from unionhall.config.launcher import throwaway
from unionhall.config.tests.conftest import House
from unionhall.kernel.organizations import rules

UNITS = 2_000
FINGERPRINT = "SELECT md5(string_agg(o::text, '|' ORDER BY o.id)) FROM organizations_organization o"


def rows():
    lines = io.StringIO()
    writer = csv.DictWriter(lines, fieldnames=list(rules.COLUMNS))
    writer.writeheader()
    writer.writerow({"code": "990000", "name": "示范市总工会", "level": "city", "kind": "federation"})
    for number in range(UNITS):
        unit = {"code": f"9900{number:06d}", "name": f"第{number}工会", "level": "grassroots", "kind": "grassroots"}
        writer.writerow(unit | {"parent_code": "990000"})
    return lines.getvalue()


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A house on a server of its own with two thousand units, a trail and one stored file; every test leaves it whole."""
    with throwaway.server() as one:
        yield fill(Ask(House(tmp_path_factory.mktemp("house")), one))


def fill(ask):
    assert ask("migrate").returncode == 0
    imported = ask("org", "import", "-", "--json", typed=rows())
    assert json.loads(imported.stdout)["new"] == UNITS + 1, imported.stderr
    stored = ask.house.folder / "files" / "ab" / "abcd.txt"
    stored.parent.mkdir(parents=True)
    stored.write_text("evidence")
    return ask


class Ask:
    """The command line on that server."""

    def __init__(self, house, one):
        self.house, self.one = house, one

    def __call__(self, *arguments, typed="", **changed):
        return self.house(*arguments, typed=typed, **{"DATABASE_URL": self.one.url, **changed})

    def sql(self, query):
        with psycopg.connect(self.one.url) as connection:
            return connection.execute(query).fetchone()[0]

    def backup(self):
        made = self("backup", "create", "--json")
        assert made.returncode == 0, made.stderr
        return self.house.folder / "backups" / json.loads(made.stdout)["folder"].rpartition("/")[2]

    def verify(self, folder):
        answer = self("backup", "verify", str(folder), "--json")
        return answer.returncode, json.loads(answer.stdout)


def lose_half(ask):
    with psycopg.connect(ask.one.url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM organizations_organization WHERE id % 2 = 0")


def test_half_a_table_is_lost_and_comes_back_to_the_row(filled):
    before = filled.sql(FINGERPRINT)
    keys = {path.name: path.read_bytes() for path in (filled.house.folder / "keys").iterdir()}
    folder = filled.backup()
    lose_half(filled)
    (filled.house.folder / "files" / "ab" / "abcd.txt").unlink()
    assert filled.sql(FINGERPRINT) != before
    answer = filled("backup", "restore", str(folder), "--yes", "--json")
    assert answer.returncode == 0, answer.stderr
    assert filled.sql(FINGERPRINT) == before
    assert json.loads(filled("audit", "verify", "--json").stdout)["ok"]
    assert (filled.house.folder / "files" / "ab" / "abcd.txt").read_text() == "evidence"
    assert {path.name: path.read_bytes() for path in (filled.house.folder / "keys").iterdir()} == keys
    aside = json.loads(answer.stdout)["kept_aside"]
    assert filled.sql(f"SELECT count(*) FROM pg_database WHERE datname = '{aside}'") == 1
    assert filled.sql("SELECT has_table_privilege('unionhall_app', 'audit_row', 'UPDATE')") is False


def test_a_good_backup_is_proven_and_each_kind_of_damage_is_named(filled):
    folder = filled.backup()
    code, report = filled.verify(folder)
    assert (code, report["ok"], report["faults"]) == (0, True, [])
    assert report["rows"] == sum(manifest.read(folder).counts.values())
    assert report["audit_rows"] > 0
    left = filled.sql("SELECT count(*) FROM pg_database WHERE datname LIKE 'unionhall\\_verify\\_%'")
    assert left == 0, "the scratch database is gone"
    for damage, words in DAMAGES.items():
        copy = folder.with_name(damage.__name__)
        shutil.copytree(folder, copy)
        damage(copy)
        code, report = filled.verify(copy)
        assert (code, report["ok"]) == (4, False), damage.__name__
        assert words in " ".join(report["faults"]), (damage.__name__, report["faults"])
    assert filled.sql("SELECT count(*) FROM organizations_organization") == UNITS + 1


def test_a_bad_backup_is_not_restored(filled):
    copy = filled.backup().with_name("bad")
    shutil.copytree(filled.backup(), copy)
    the_trail_is_another(copy)
    refused = filled("backup", "restore", str(copy), "--yes")
    assert (refused.returncode, "Nothing was changed" in refused.stderr) == (1, True)
    assert filled.sql("SELECT count(*) FROM organizations_organization") == UNITS + 1
    assert filled.sql("SELECT count(*) FROM pg_database WHERE datname LIKE '%\\_restoring\\_%'") == 0


def a_byte_is_changed(folder):
    path = folder / manifest.DUMP
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def the_dump_is_cut_off(folder):
    path = folder / manifest.DUMP
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    resign(folder)


def a_part_is_missing(folder):
    (folder / manifest.FILES).unlink()


def a_row_is_missing(folder):
    told = json.loads((folder / manifest.NAME).read_text())
    told["counts"]["organizations_organization"] += 1
    (folder / manifest.NAME).write_text(json.dumps(told))


def the_trail_is_another(folder):
    told = json.loads((folder / manifest.NAME).read_text())
    told["heads"][0][2] = "00" * 32
    (folder / manifest.NAME).write_text(json.dumps(told))


def resign(folder):
    """Somebody careful broke it: the checksums agree."""
    told = json.loads((folder / manifest.NAME).read_text())
    told["parts"] = {name: manifest.digest(folder / name) for name in told["parts"]}
    (folder / manifest.NAME).write_text(json.dumps(told))


DAMAGES = {
    a_byte_is_changed: "database.dump: changed since it was written",
    the_dump_is_cut_off: "pg_restore failed",
    a_part_is_missing: "files.tar: missing",
    a_row_is_missing: f"organizations_organization: {UNITS + 1} rows instead of {UNITS + 2}",
    the_trail_is_another: "the ends of the chains differ",
}


def test_a_restore_overwrites_nothing_without_the_name(filled):
    folder = filled.backup()
    aside = "SELECT count(*) FROM pg_database WHERE datname LIKE 'unionhall\\_before\\_%'"
    before = filled.sql(aside)
    answer = filled("backup", "restore", str(folder))
    assert answer.returncode == 1
    assert "Type unionhall" in answer.stderr
    assert filled.sql(aside) == before


def test_the_recovery_key_is_shown_once_and_nothing_is_restored_without_it(filled):
    place = filled.house.folder / "recovery-key"
    place.unlink(missing_ok=True)
    first = filled("backup", "create")
    key = place.read_text().strip()
    assert key in first.stderr
    assert key not in filled("backup", "create").stderr
    folder = max(path for path in (filled.house.folder / "backups").iterdir() if path.name.endswith("Z"))
    assert all(key.encode() not in path.read_bytes() for path in folder.iterdir())
    place.unlink()
    without = filled("backup", "restore", str(folder), "--yes")
    assert (without.returncode, "There is no recovery key" in without.stderr) == (1, True)
    place.write_text("A" * 52)
    wrong = filled("backup", "restore", str(folder), "--yes")
    place.write_text(key)
    assert (wrong.returncode, "does not fit" in wrong.stderr) == (1, True)
    assert filled.sql("SELECT count(*) FROM organizations_organization") == UNITS + 1


def test_no_key_of_the_house_lies_open_in_a_backup(filled):
    folder = filled.backup()
    for path in (filled.house.folder / "keys").iterdir():
        secret = path.read_bytes().strip()
        assert all(secret not in part.read_bytes() for part in folder.iterdir())


def test_a_folder_that_is_no_backup_is_said_to_be_none(house, tmp_path, fresh):
    one = fresh()
    one.prepare()
    one.start()
    one.create_database()
    answer = house("backup", "verify", str(tmp_path), DATABASE_URL=one.url)
    assert (answer.returncode, "is no whole backup" in answer.stderr) == (1, True)
