"""What every portal page shows around its own part: the pages that monitors offer to citizens."""

from dataclasses import dataclass

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext

from services.contract import Page
from services.registry import monitors

register = template.Library()


@dataclass(frozen=True, slots=True)
class Link:
    """A registered page as the portal links to it, in the reader's language; ``current`` marks the page being read."""

    title: str
    lead: str
    icon: str
    href: str
    primary: bool
    current: bool


@register.simple_tag(takes_context=True)
def portal_pages(context: Context) -> list[Link]:
    """Return the registered pages, by their monitor's place on the overview."""
    request = context.get("request")
    path = request.path if request else ""
    return [_link(page, path) for monitor in monitors() for page in monitor.pages]


def _link(page: Page, path: str) -> Link:
    href = reverse(page.address)
    return Link(gettext(page.title), gettext(page.lead), page.icon, href, page.primary, path.startswith(href))
