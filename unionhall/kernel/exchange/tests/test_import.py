"""A sheet's whole way: brought, assigned, checked, mended, written once, taken back; and the counts balance at every step."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from unionhall.kernel.access import actions as access_actions
from unionhall.kernel.access.models import Grant
from unionhall.kernel.audit import queries as trail
from unionhall.kernel.exchange import access, queries, registry
from unionhall.kernel.exchange.actions import bring, check, hand_back, run_job, take_back, write
from unionhall.kernel.exchange.models import Import, ImportFinding, ImportSlice, Job
from unionhall.kernel.exchange.tests.conftest import book, counts, upload
from unionhall.kernel.organizations.models import Employer
from unionhall.lib import clock
from unionhall.lib.refusal import Conflict, Denied, NotVisible, Refused

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "职工人数", "成立日期", "所属工会", "联系电话"]


def many(count, start=0):
    return [HEAD, *([f"企业{n:05d}", str(n % 900), "2025-3-5", "", ""] for n in range(start, start + count))]


def test_what_is_brought_waits_for_its_columns_and_writes_nothing(way):
    one = way.brought(["企业台账"], HEAD, ["甲厂", "12", "2025年3月5日", "红旗机械", "10011110001"], ["合计", "12"])
    assert (one.state, one.total, one.mapping) == ("read", 1, {"0": "name", "1": "staff", "2": "since", "3": "at", "4": "contact"})
    assert one.told == {"sheet": "Sheet", "head": 2, "aside": [[4, "total"]], "left_out": 1}
    assert not Employer.objects.exists()


def test_a_sheet_of_headings_only_is_called_that(way):
    with pytest.raises(Refused, match="表头下没有数据行") as caught:
        way.brought(["企业台账"], HEAD, ["合计", "0"])
    assert caught.value.code == "file_headings_only"
    assert not Import.objects.exists() and not ImportSlice.objects.exists()


def test_the_preview_counts_truly_and_the_receipt_says_the_same(way, cast):
    Employer.objects.create(name="乙厂", staff=5, organization=cast.county, org_path=cast.county.path, since="2025-01-01")
    Employer.objects.create(name="丙厂", staff=6, organization=cast.county, org_path=cast.county.path, since="2025-01-01")
    rows = [["甲厂", "12"], ["乙厂", "5"], ["丙厂", "7"], ["丁厂", "99999"], ["", "1"], ["戊厂", "一"]]
    one = way.checked(HEAD[:2], *rows)
    assert counts(one) == {"made": 1, "changed": 1, "same": 1, "doubtful": 1, "refused": 2}
    done = way.run(one)
    assert (done.state, counts(done)) == ("done", {"made": 1, "changed": 1, "same": 1, "doubtful": 1, "refused": 2})
    assert dict(Employer.objects.values_list("name", "staff")) == {"甲厂": 12, "乙厂": 5, "丙厂": 7}
    assert trail.rows(verb="exchange.imported").count() == 1


def test_every_error_names_row_column_and_mend_and_never_the_value(way):
    one = way.checked(HEAD, ["甲厂", "一", "2025-02-30", "没有的单位", "999"])
    said = {finding.column: (finding.row, finding.message, finding.mend) for finding in queries.findings(one)}
    assert set(said) == {"staff", "since", "contact"}
    assert said["since"] == (2, "日期不存在。", "请写成 2025-03-05。")
    assert all(row == 2 and mend for row, _message, mend in said.values())
    assert "999" not in str(said)


@pytest.mark.parametrize(
    ("named", "home"), [("990009", "factory"), ("红旗机械厂工会", "factory"), ("红旗机械", "factory"), ("", "county")]
)
def test_units_are_found_by_code_full_and_short_name(way, cast, named, home):
    way.done(HEAD, ["甲厂", "1", "", named, ""])
    assert Employer.objects.get().organization == cast.units[home]


@pytest.mark.parametrize("named", ["东山矿业", "990011", "示范市总工会", "没有的单位"])
def test_a_unit_outside_is_as_unknown_as_one_that_is_not_there(way, named):
    one = way.checked(HEAD, ["甲厂", "1", "", named, ""])
    assert [str(finding.message) for finding in queries.findings(one)] == ["没有这个单位，或不在您的管理范围。"]


def test_two_units_of_one_name_are_asked_about(way, cast):
    cast.hospital.short_name = "红旗机械"
    cast.hospital.save()
    assert [one.message for one in queries.findings(way.checked(HEAD, ["甲厂", "1", "", "红旗机械", ""]))] == [
        "有几个单位叫这个名称。"
    ]


def test_columns_are_remembered_for_the_unit_and_the_kind(way):
    one = way.brought(["户名", "有多少", "备注"], ["甲厂", "1", "x"])
    assert one.mapping == {}
    check.assign(import_id=one.pk, by=way.by, mapping={0: "name", 1: "staff"})
    assert way.brought(["备注", "有多少", "户名"], ["y", "1", "乙厂"]).mapping == {"2": "name", "1": "staff"}


@pytest.mark.parametrize(
    ("mapping", "word"),
    [({1: "staff"}, "企业名称"), ({0: "name", 1: "name"}, "企业名称"), ({0: "name", 1: "nonsense"}, "nonsense")],
)
def test_a_mapping_that_cannot_be_is_refused(way, mapping, word):
    one = way.brought(HEAD, ["甲厂", "1"])
    with pytest.raises(Refused, match=word):
        check.assign(import_id=one.pk, by=way.by, mapping=mapping)


def test_cells_are_mended_in_place_and_rows_left_out(way):
    one = way.checked(HEAD[:2], ["甲厂", "一"], ["乙厂", "99999"], ["丙厂", "二"])
    one = check.mend(import_id=one.pk, by=way.by, cells={(2, "staff"): "１2"}, choices={3: True, 4: False, 77: True})
    assert counts(one) == {"made": 2, "skipped": 1}
    way.run(one)
    assert dict(Employer.objects.values_list("name", "staff")) == {"甲厂": 12, "乙厂": 99999}


def test_doubtful_rows_are_decided_together_and_a_word_already_given_stays(way):
    one = way.checked(HEAD[:2], ["甲厂", "20000"], ["乙厂", "99999"])
    check.mend(import_id=one.pk, by=way.by, choices={2: False})
    one = check.choose_all(import_id=one.pk, by=way.by, take=True)
    assert counts(one) == {"made": 1, "skipped": 1}
    one = check.mend(import_id=one.pk, by=way.by, choices={3: None, 2: None})
    assert counts(one) == {"doubtful": 2}


def test_a_row_that_became_impossible_stays_out_alone(way):
    one = way.done(HEAD[:2], ["甲厂", "1"], ["不再可能", "2"], ["乙厂", "3"])
    assert counts(one) == {"made": 2, "refused": 1}


def test_the_same_file_twice_changes_nothing_the_second_time(way):
    way.done(HEAD[:2], ["甲厂", "1"])
    again = way.done(HEAD[:2], ["甲厂", "1"])
    assert counts(again) == {"same": 1}
    assert Employer.objects.count() == 1


def test_a_run_goes_on_behind_what_was_committed_and_writes_nothing_twice(way):
    one = way.checked(*many(1_200))
    begun = write.begin(import_id=one.pk, by=way.by)
    assert begun.job is not None

    class Cut:
        def report(self, done, total=None):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write.run(begun.pk, Cut())
    assert Employer.objects.count() == 500
    write.run(begun.pk, check.Silent())
    write.run(begun.pk, check.Silent())
    begun.refresh_from_db()
    assert (Employer.objects.count(), begun.state, counts(begun)) == (1_200, "done", {"made": 1_200})


def test_a_run_twice_without_its_marks_would_write_twice(way, monkeypatch):
    """The sabotage twin: the mark of a slice is what keeps a second delivery from writing again."""
    one = way.checked(HEAD[:2], ["甲厂", "1"])
    begun = write.begin(import_id=one.pk, by=way.by)
    seen = []
    monkeypatch.setattr(write, "_mark", lambda *_args: seen.append("lost"))
    plan = write.planned(begun)
    write._slices(plan, [0])
    write._slices(plan, [0])
    assert seen == ["lost", "lost"]


def test_slices_go_together_more_and_more():
    assert list(write.lots(list(range(19)))) == [[0], [1, 2], [3, 4, 5, 6], list(range(7, 15)), [15, 16, 17, 18]]
    assert list(write.lots([])) == []


def test_a_large_import_is_a_job_that_can_be_stopped_and_gone_on_with(way):
    one = way.checked(*many(1_200))
    begun = write.begin(import_id=one.pk, by=way.by)
    Job.objects.filter(pk=begun.job_id).update(cancel_requested=True)
    job = run_job.run(begun.job_id)
    begun.refresh_from_db()
    assert (job.state, begun.state, Employer.objects.count()) == ("cancelled", "stopped", 500)
    assert queries.written_rows(begun) == 500
    again = write.begin(import_id=one.pk, by=way.by)
    assert run_job.run(again.job_id).state == "done"
    begun.refresh_from_db()
    assert counts(begun) == {"made": 1_200}


def test_a_stopped_import_may_be_left_at_that(way):
    begun = write.begin(import_id=way.checked(*many(1_200)).pk, by=way.by)
    Job.objects.filter(pk=begun.job_id).update(cancel_requested=True)
    run_job.run(begun.job_id)
    ended = write.end(import_id=begun.pk, by=way.by)
    assert (ended.state, counts(ended)) == ("done", {"made": 500, "skipped": 700})
    with pytest.raises(Conflict):
        write.end(import_id=begun.pk, by=way.by)


def test_a_large_check_is_a_job(way):
    one = way.checked(*many(2_100))
    assert one.state == "checking"
    assert run_job.run(one.job_id).state == "done"
    one.refresh_from_db()
    assert (one.state, counts(one)) == ("checked", {"made": 2_100})


def test_what_was_written_is_taken_back_within_a_day(way, cast):
    Employer.objects.create(name="乙厂", staff=5, organization=cast.county, org_path=cast.county.path, since="2025-01-01")
    one = way.done(HEAD[:2], ["甲厂", "1"], ["乙厂", "6"], ["丙厂", "2"])
    Employer.objects.filter(name="丙厂").update(industry="used")
    undone = way.undone(one)
    assert (undone.state, undone.told["taken_back"], undone.told["stays"]) == ("undone", 2, 1)
    assert dict(Employer.objects.values_list("name", "staff")) == {"乙厂": 5, "丙厂": 2}
    with pytest.raises(Conflict):
        take_back.undo(import_id=one.pk, by=way.by)


def test_a_day_later_it_stays(way):
    one = way.done(HEAD[:2], ["甲厂", "1"])
    with clock.fixed(clock.now() + timedelta(hours=24)), pytest.raises(Conflict):
        take_back.undo(import_id=one.pk, by=way.by)
    with clock.fixed(clock.now() + timedelta(hours=23)):
        assert way.undone(one).state == "undone"


def test_what_never_began_is_dropped_and_what_began_is_not(way):
    one = way.checked(HEAD[:2], ["甲厂", "1"])
    take_back.drop(import_id=one.pk, by=way.by)
    assert not Import.objects.exists() and not ImportSlice.objects.exists()
    with pytest.raises(Conflict):
        take_back.drop(import_id=way.done(HEAD[:2], ["甲厂", "1"]).pk, by=way.by)


@pytest.mark.parametrize("act", ["assign", "mend", "begin"])
def test_nothing_is_changed_once_it_is_done(way, act):
    one = way.done(HEAD[:2], ["甲厂", "1"])
    acts = {
        "assign": lambda: check.assign(import_id=one.pk, by=way.by, mapping={0: "name"}),
        "mend": lambda: check.mend(import_id=one.pk, by=way.by, cells={(2, "name"): "x"}),
        "begin": lambda: write.begin(import_id=one.pk, by=way.by),
    }
    with pytest.raises(Conflict):
        acts[act]()
    assert Employer.objects.get().name == "甲厂"


def test_only_whoever_brought_it_sees_it(way, cast):
    one = way.checked(HEAD[:2], ["甲厂", "1"])
    for other in (cast.city_clerk, cast.neighbour, cast.system_admin):
        assert not access.imports_of(other).exists()
        for act in (write.begin, take_back.undo, take_back.drop):
            with pytest.raises(NotVisible):
                act(import_id=one.pk, by=other)
        with pytest.raises(NotVisible):
            hand_back.own_file(import_id=one.pk, by=other, wrong_only=False)


def test_without_the_permission_nothing_is_brought_or_gone_on_with(way, cast):
    with pytest.raises(Denied):
        bring.bring(kind=way.kind.code, upload=upload(book(HEAD, ["甲厂"])), by=cast.leader, at=cast.city)
    one = way.checked(HEAD[:2], ["甲厂", "1"])
    for given in Grant.objects.filter(person=way.by):
        access_actions.revoke(given, by=cast.security_admin, reason="调岗")
    with pytest.raises((Denied, NotVisible)):
        write.begin(import_id=one.pk, by=way.by)
    assert not Employer.objects.exists()


def test_nothing_of_the_rows_lies_in_the_clear(way):
    one = way.done(HEAD, ["秘密厂", "12", "", "", "10011110001"], ["坏行", "一", "", "", "10011110002"])
    with connection.cursor() as cursor:
        for table in ("exchange_import", "exchange_importslice", "exchange_importfinding", "exchange_mapping"):
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY (ARRAY['%%10011110%%', '%%秘密厂%%', '%%坏行%%'])"
            )
            assert cursor.fetchone() == (0,)
    assert [cells[0] for _number, cells in queries.all_lines(one)] == ["秘密厂", "坏行"]


def test_after_a_week_the_rows_are_destroyed_and_the_receipt_stays(way):
    kept, dropped = way.done(HEAD[:2], ["甲厂", "1"]), way.checked(HEAD[:2], ["乙厂", "1"])
    with clock.fixed(clock.now() + timedelta(days=8)):
        assert take_back.sweep() == 2
        assert take_back.sweep() == 0
    kept.refresh_from_db()
    assert not Import.objects.filter(pk=dropped.pk).exists()
    assert counts(kept) == {"made": 1}
    assert bytes(kept.sealed_key) == b""
    with pytest.raises(Refused, match="重新上传"):
        list(queries.all_lines(kept))


def test_the_database_refuses_counts_that_do_not_add_up(way):
    one = way.done(HEAD[:2], ["甲厂", "1"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.filter(pk=one.pk).update(made=2)


def test_a_room_that_does_not_answer_for_each_row_is_told_so(way, monkeypatch):
    one = way.checked(HEAD[:2], ["甲厂", "1"])
    broken = registry.ImportKind(**{name: getattr(way.kind, name) for name in way.kind.__slots__} | {"write": lambda *_a, **_k: []})
    monkeypatch.setitem(registry._imports, way.kind.code, broken)
    with pytest.raises(ValueError, match="once for each row"):
        way.run(one)
    assert not ImportSlice.objects.exclude(written=None).exists()


def test_a_kind_is_registered_once(kind):
    with pytest.raises(ValueError, match="twice"):
        registry.register_import(kind)


def test_findings_are_kept_to_a_few_for_each_row(way, monkeypatch):
    monkeypatch.setattr(check, "PER_ROW", 2)
    way.checked(HEAD, ["甲厂", "一", "二", "", "三"])
    assert ImportFinding.objects.count() == 2
