import pytest

from unionhall.kernel.access import actions as access
from unionhall.kernel.audit import queries as audit
from unionhall.kernel.files import actions, queries, registry
from unionhall.kernel.organizations.models import Post
from unionhall.lib.refusal import NotVisible
from unionhall.shell import download

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(cast, record, upload):
    return actions.attach(record, upload(), by=cast.people["township_clerk"], kind="evidence")


@pytest.mark.parametrize("key", ["township_clerk", "county_clerk", "city_clerk", "leader"])
def test_whoever_sees_the_record_opens_its_file(cast, file, key):
    with actions.open_for(cast.people[key], file.pk).content as content:
        assert len(content.read()) == file.size


@pytest.mark.parametrize("key", ["neighbour", "stranger", "moved_away", "worker", "plain"])
def test_nobody_else_does_and_an_absent_file_answers_the_same(cast, file, key):
    with pytest.raises(NotVisible) as hidden:
        actions.open_for(cast.people[key], file.pk)
    with pytest.raises(NotVisible) as absent:
        actions.open_for(cast.people[key], file.pk + 1_000)
    assert (str(hidden.value), hidden.value.code) == (str(absent.value), absent.value.code)


def test_the_scope_of_the_record_is_what_keeps_strangers_out(cast, file, monkeypatch):
    """The control: with a careless owner the same stranger would get the file."""
    monkeypatch.setitem(registry._owners, "organizations.post", lambda _by: Post.objects.all())
    actions.open_for(cast.people["stranger"], file.pk).content.close()


def test_a_right_taken_back_counts_at_once(cast, file):
    clerk = cast.people["township_clerk"]
    actions.open_for(clerk, file.pk).content.close()
    for given in clerk.grants.all():
        access.revoke(given, by=cast.people["security_admin"], reason="调离")
    with pytest.raises(NotVisible):
        actions.open_for(clerk, file.pk)


def test_each_opening_is_noted(cast, file):
    for _time in range(2):
        actions.open_for(cast.people["county_clerk"], file.pk).content.close()
    assert len([row for row in audit.trail("files.file", file.pk) if row.verb == "audit.read"]) == 2


def test_a_record_lists_its_files(cast, record, file):
    assert list(queries.files_of(record)) == [file]
    assert queries.held_at(record) == queries.Holding(count=1, size=file.size)


def test_a_kind_of_record_that_nobody_registered_carries_no_files(cast, upload):
    with pytest.raises(LookupError, match="register_owner"):
        actions.attach(cast.units["city"].__class__(pk=1), upload(), by=cast.people["city_clerk"], kind="evidence")


def test_the_response_is_saved_and_never_shown(cast, file):
    opened = actions.open_for(cast.people["county_clerk"], file.pk)
    response = download.stored(opened.content, name=opened.name, content_type=opened.content_type, size=opened.size)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%8E%B0%E5%9C%BA.jpg")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert int(response["Content-Length"]) == len(b"".join(response.streaming_content))
    response.close()
