"""Wall, portal and workspace share one vocabulary of design tokens: no page uses a name that nobody defines."""

import re
from pathlib import Path

import pytest

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
TOKENS = FRONTEND / "tokens"
USED = re.compile(r"var\((--[\w-]+)\)")
DEFINED = re.compile(r"^\s*(--[\w-]+):", re.MULTILINE)
SET_BY_SCRIPTS = {"--columns", "--rows", "--col", "--row", "--width", "--height"}
SHARED = {"canvas", "surface", "raised", "line", "line-strong", "ink", "ink-2", "ink-3", "accent", "accent-quiet"}
SHARED |= {"accent-ink", *(f"ramp-{n}" for n in range(1, 6))}
SHARED |= {f"{name}{part}" for name in ("critical", "high", "medium", "low", "info") for part in ("", "-text")}


def defined(*files: Path) -> set[str]:
    return {name for file in files for name in DEFINED.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize(
    "face,tokens", [("wall", "wall"), ("citizen", "pages"), ("tickets", "pages"), ("explore", "pages")]
)
def test_a_page_uses_no_token_that_nobody_defines(face, tokens):
    sheets = [*(FRONTEND / "src" / face).rglob("*.css"), *(FRONTEND / "src" / "pages").glob("*.css")]
    sheets = [sheet for sheet in sheets if face != "wall" or "pages" not in sheet.parts]
    known = defined(TOKENS / "fonts.css", TOKENS / f"{tokens}.css", *sheets) | SET_BY_SCRIPTS
    used = {name for sheet in sheets for name in USED.findall(sheet.read_text(encoding="utf-8"))}
    assert used - known == set()


@pytest.mark.parametrize("tokens", ["wall", "pages"])
def test_both_sets_of_tokens_call_the_same_things_by_the_same_names(tokens):
    assert {f"--{name}" for name in SHARED} - defined(TOKENS / f"{tokens}.css") == set()
