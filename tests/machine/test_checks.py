import sys
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from ioc.machine.places import ROOT


def check(name):
    spec = spec_from_file_location(f"check_{name}", ROOT / "script" / "checks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def messages(tmp_path, monkeypatch):
    module = check("messages")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "CATALOGUE", tmp_path / "django.po")
    files = {
        "services/tickets/actions.py": 'say = _("Ticket {code} was closed")\nlater = gettext_noop("Overdue")\n',
        "frontend/templates/page.html": "{% load i18n %}<p>{% translate 'Report' %}</p>",
        "frontend/src/wall/strings.ts": 'export const STRINGS = [\n  // bar\n  "{n} alerts",\n] as const;\n',
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(content)
    return module


def run(module, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["messages", *map(str, arguments)])
    return module.main()


def test_every_kind_of_source_is_read_and_a_gap_fails_the_check(messages, monkeypatch, capsys):
    assert run(messages, monkeypatch, "--check") == 1
    said = capsys.readouterr().out
    for msgid in ("Ticket {code} was closed", "Overdue", "Report", "{n} alerts"):
        assert repr(msgid) in said


def test_a_table_fills_the_catalogue_and_later_runs_keep_it(messages, monkeypatch, tmp_path):
    table = tmp_path / "vi.tsv"
    table.write_text(
        "Ticket {code} was closed\tPhiếu {code} đã đóng\nOverdue\tQuá hạn\nReport\tPhản ánh\n{n} alerts\t{n} cảnh báo\n"
    )
    assert run(messages, monkeypatch, "--fill", table) == 0
    assert run(messages, monkeypatch, "--check") == 0
    assert run(messages, monkeypatch) == 0
    assert run(messages, monkeypatch, "--check") == 0


def test_a_translation_with_other_placeholders_fails(messages, monkeypatch, tmp_path, capsys):
    table = tmp_path / "vi.tsv"
    table.write_text(
        "Ticket {code} was closed\tPhiếu đã đóng\nOverdue\tQuá hạn\nReport\tPhản ánh\n{n} alerts\t{n} cảnh báo\n"
    )
    run(messages, monkeypatch, "--fill", table)
    assert run(messages, monkeypatch, "--check") == 1
    assert "differ in their placeholders" in capsys.readouterr().out


def test_a_translation_that_nobody_uses_any_more_fails_until_it_is_dropped(messages, monkeypatch, tmp_path, capsys):
    test_a_table_fills_the_catalogue_and_later_runs_keep_it(messages, monkeypatch, tmp_path)
    (tmp_path / "services/tickets/actions.py").write_text('say = _("Ticket {code} was closed")\n')
    assert run(messages, monkeypatch, "--check") == 1
    assert "'Overdue' is used nowhere" in capsys.readouterr().out
    run(messages, monkeypatch)
    assert run(messages, monkeypatch, "--check") == 0


@pytest.fixture
def province(tmp_path, monkeypatch):
    module = check("province")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    source = tmp_path / "source.py"
    monkeypatch.setattr(module, "tracked_files", lambda: [source])

    def findings(content):
        source.write_text(content)
        return list(module.findings({"Xã Suối Mơ", "Suối Mơ"}, {"99133"}))

    return findings


@pytest.mark.parametrize(
    "line",
    [
        "where = 'Suối Mơ'",
        "# ở xã Suối Mơ",
        "code = '99133'",
        '{"unit": "99133"}',
        "a,99133,b",
        "S\u0075o\u0302\u0301i M\u01a1",
    ],
)
def test_a_name_or_code_of_a_province_outside_its_pack_is_found(province, line):
    assert len(province(line)) == 1


@pytest.mark.parametrize("line", ["Suối Mơn", "n = 99133", "n = '991330'", "99_133", "port=99133.5"])
def test_what_only_looks_like_one_is_left_alone(province, line):
    assert province(line) == []


def test_the_packs_of_this_checkout_yield_their_names_and_codes():
    module = check("province")
    folder = ROOT / "fixtures" / "province"
    words = {pack.name: module.words_of(pack) for pack in folder.iterdir() if (pack / "pack.toml").exists()}
    assert max(len(names) for names, _ in words.values()) > 100
    assert all(len(code) == 5 for _, codes in words.values() for code in codes)
    assert words["sample"] == (set(), set()), "tests may name the made-up province"
