"""What a browser would send of a form as it stands: every field by name, as HTML says it."""

from html.parser import HTMLParser
from typing import Any

_TICKED = {"checkbox", "radio"}


class _Form(HTMLParser):
    """Collects the fields of the form with a given class."""

    def __init__(self, css: str) -> None:
        super().__init__()
        self.css, self.inside = css, False
        self.values: dict[str, list[str]] = {}
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a field would send."""
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.inside = self.css in given.get("class", "").split()
        elif not self.inside:
            return
        elif tag == "input" and name and (given.get("type") not in _TICKED or "checked" in given):
            usual = "on" if given.get("type") in _TICKED else ""
            self.values.setdefault(name, []).append(given.get("value", usual))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.values):
            self.values[self._select] = [given["value"]]
        elif tag == "textarea":
            self._text, self.values[name] = name, [""]

    def handle_data(self, data: str) -> None:
        """Take the text of a textarea."""
        if self._text:
            self.values[self._text][0] += data

    def handle_endtag(self, tag: str) -> None:
        """Leave a field or the form."""
        if tag == "form":
            self.inside = False
        elif tag in {"select", "textarea"}:
            self._select = self._text = ""


def fields_of(page: str, css: str) -> dict[str, Any]:
    """Return what the form would send, ready to be posted with changes."""
    form = _Form(css)
    form.feed(page)
    return dict(form.values)
