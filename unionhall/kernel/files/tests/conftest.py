import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unionhall.kernel.access import queries as access
from unionhall.kernel.files import registry
from unionhall.kernel.files.tests import corpus
from unionhall.kernel.organizations.models import Post


def visible_posts(by):
    """The posts of the units that somebody sees: they stand for the records of a room."""
    return access.visible(Post.objects.all(), by, "organizations.see", field="organization__path")


@pytest.fixture
def record(cast, settings, tmp_path):
    """A record at the township that may carry files."""
    settings.MEDIA_ROOT = tmp_path
    registry.register_owner(Post, visible_posts)
    return Post.objects.create(organization=cast.units["township"], title="工会主席", kind="chair")


@pytest.fixture
def upload():
    """Make an upload: a small picture unless told otherwise."""

    def make(name="现场.jpg", content=None):
        return SimpleUploadedFile(name, corpus.picture_with_place() if content is None else content)

    return make
