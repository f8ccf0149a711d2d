import pytest

from ioc.machine import stamps
from ioc.machine.stamps import Stamp, content_hash


@pytest.fixture(autouse=True)
def _root(tmp_path, monkeypatch):
    monkeypatch.setattr(stamps, "ROOT", tmp_path)
    monkeypatch.setattr(stamps, "_STAMPS", tmp_path / "stamps")


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    return folder


def test_the_hash_follows_content_and_names_and_not_times(source):
    first = content_hash([source])
    (source / "a.txt").touch()
    assert content_hash([source]) == first
    (source / "a.txt").rename(source / "b.txt")
    renamed = content_hash([source])
    assert renamed != first
    (source / "b.txt").write_text("b")
    assert content_hash([source]) not in {first, renamed}


@pytest.mark.parametrize("made", ["node_modules/x.js", "dist/x.js", "__pycache__/x.pyc", "vi.mo"])
def test_what_is_made_from_sources_does_not_count(source, made):
    first = content_hash([source])
    (source / made).parent.mkdir(exist_ok=True)
    (source / made).write_text("made")
    assert content_hash([source]) == first


def test_a_stamp_holds_for_the_inputs_it_was_set_for_alone():
    stamp = Stamp("step")
    assert not stamp.holds("one")
    with stamp.lock():
        stamp.set("one")
    assert stamp.holds("one")
    assert not stamp.holds("two")
