"""The one catalogue of translations: brought up to date with the sources, filled from tables, checked for gaps.

English message ids stand in Python (gettext), in templates ({% translate %}) and in lists named STRINGS in
``frontend/src/**/strings.ts``; ``locale/vi/LC_MESSAGES/django.po`` holds the Vietnamese. English needs no translation.

    script/messages                    add new ids, drop unused ones
    script/messages --fill FILE.tsv…   the same, and take translations from lines ``msgid<TAB>Vietnamese``
    script/messages --check            change nothing; fail when an id is missing, untranslated or differs in {names}
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
PYTHON = ("ioc", "services", "monitors")
KEYWORDS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "ngettext_noop:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
)
_SHOWN = 30
PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}|%\((\w+)\)[a-z]")
METADATA = {
    "Language": "vi",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
Key = tuple[str, str]  # (context, message id)


def sources() -> dict[Key, polib.POEntry]:
    """Return every message id of the project with the files it stands in."""
    with tempfile.TemporaryDirectory() as scratch:
        python = sorted(str(p.relative_to(ROOT)) for top in PYTHON for p in (ROOT / top).rglob("*.py"))
        found = [*_xgettext(ROOT, python), *_xgettext(Path(scratch), _templates(Path(scratch))), *_browser_strings()]
    entries: dict[Key, polib.POEntry] = {}
    for entry in found:
        known = entries.setdefault((entry.msgctxt or "", entry.msgid), entry)
        if known is not entry:
            known.occurrences = [*known.occurrences, *entry.occurrences]
            known.msgid_plural = known.msgid_plural or entry.msgid_plural
    return entries


def _templates(scratch: Path) -> list[str]:
    """Copy templates into ``scratch`` in the form that xgettext reads; return their names."""
    names = []
    for source in sorted((ROOT / "frontend" / "templates").rglob("*")):
        if source.suffix in {".html", ".txt", ".xml"}:
            name = source.relative_to(ROOT)
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            (scratch / name).write_text(templatize(source.read_text(encoding="utf-8")), encoding="utf-8")
            names.append(str(name))
    return names


def _xgettext(folder: Path, names: list[str]) -> Iterator[polib.POEntry]:
    if not names:
        return
    command = [
        "xgettext",
        "--language=Python",
        "--from-code=UTF-8",
        "--files-from=-",
        "--output=-",
        "--add-location=file",
    ]
    command += [f"--keyword={keyword}" for keyword in KEYWORDS]
    done = subprocess.run(command, cwd=folder, input="\n".join(names), check=True, capture_output=True, text=True)
    yield from polib.pofile(done.stdout) if done.stdout else []


def _browser_strings() -> Iterator[polib.POEntry]:
    for source in sorted((ROOT / "frontend" / "src").rglob("strings.ts")):
        content = source.read_text(encoding="utf-8")
        for block in re.findall(r"STRINGS\b[^=]*= \[(.*?)\n\]", content, re.DOTALL):
            for literal in re.findall(r'^\s*("(?:[^"\\]|\\.)*"),?', block, re.MULTILINE):
                yield polib.POEntry(msgid=json.loads(literal), occurrences=[(str(source.relative_to(ROOT)), "")])


def existing() -> dict[Key, polib.POEntry]:
    """Return what the catalogue holds now."""
    if not CATALOGUE.exists():
        return {}
    return {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete}


def merged(tables: list[Path]) -> polib.POFile:
    """Return the catalogue as the sources ask for, with translations kept and taken from ``tables``."""
    given = dict(pair for table in tables for pair in _pairs(table))
    now, catalogue = existing(), polib.POFile(wrapwidth=120)
    catalogue.metadata = METADATA
    for key, entry in sorted(sources().items(), key=lambda item: (item[0][1].casefold(), item[0])):
        old = now.get(key)
        entry.occurrences = sorted({(file, "") for file, _ in entry.occurrences})
        entry.msgstr = given.get(entry.msgid) or (old.msgstr if old else "")
        if entry.msgid_plural:
            entry.msgstr, entry.msgstr_plural = "", {0: entry.msgstr or (old.msgstr_plural.get(0, "") if old else "")}
        entry.comment, entry.flags = "", []
        catalogue.append(entry)
    return catalogue


def _pairs(table: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            msgid, tab, translation = line.partition("\t")
            if not tab:
                sys.exit(f"{table}:{number}: a line is a message id, a tab and its translation")
            yield msgid.replace("\\n", "\n"), translation.strip().replace("\\n", "\n")


def problems() -> Iterator[str]:
    """Yield one line for every id without a good translation, and for every leftover."""
    wanted, have = sources(), existing()
    for key, entry in wanted.items():
        place = entry.occurrences[0][0] if entry.occurrences else "?"
        translated = have.get(key)
        texts = [translated.msgstr, *translated.msgstr_plural.values()] if translated else []
        text = next(filter(None, texts), "")
        if translated is None or not text or translated.fuzzy:
            yield f"{place}: no Vietnamese for {entry.msgid!r}"
        elif _names(text) != _names(entry.msgid) and _names(text) != _names(entry.msgid_plural or entry.msgid):
            yield f"{place}: {entry.msgid!r} and {text!r} differ in their placeholders"
    yield from (f"{CATALOGUE.relative_to(ROOT)}: {key[1]!r} is used nowhere" for key in have.keys() - wanted.keys())


def _names(text: str) -> set[str]:
    return {brace or percent for brace, percent in PLACEHOLDER.findall(text)}


def main() -> int:
    """Do what the arguments ask; 1 when a check finds something."""
    parser = argparse.ArgumentParser(prog="script/messages", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--fill", nargs="+", type=Path, default=[], metavar="FILE.tsv")
    arguments = parser.parse_args()
    if arguments.check:
        found = list(problems())
        print("\n".join(found[:_SHOWN]) or f"translations: {len(existing())} message ids, all in Vietnamese")
        if len(found) > _SHOWN:
            print(f"and {len(found) - _SHOWN} more; script/messages writes them all into the catalogue")
        return 1 if found else 0
    catalogue = merged(arguments.fill)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    missing = sum(not (entry.msgstr or any(entry.msgstr_plural.values())) for entry in catalogue)
    print(f"{CATALOGUE.relative_to(ROOT)}: {len(catalogue)} message ids, {missing} without a translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
