"""Icons of the pages: ``{% icon "camera" %}`` draws from the page's sprite, which holds only what the page used.

Without a request, as for a crash, icons are drawn in place.
"""

from functools import cache

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from services.kernel.icons import symbols

register = template.Library()


@register.simple_tag(takes_context=True)
def icon(context: Context, name: str, css: str = "i") -> SafeString:
    """Draw a Lucide icon: decoration, the words beside it say the same. KeyError when the sprite lacks it."""
    return _use(context, f"i-{name}", css)


@register.simple_tag(takes_context=True)
def shape(context: Context, name: str, css: str = "s") -> SafeString:
    """Draw one of our own shapes: a state of work (``s-work``) or the mark (``mark``)."""
    return _use(context, name, css)


@register.simple_tag(takes_context=True)
def severity_shape(context: Context, severity: str) -> SafeString:
    """Draw a severity's shape in its colour; the word stands beside it."""
    return _use(context, f"v-{severity}", f"s sev-{severity}")


def _use(context: Context, name: str, css: str) -> SafeString:
    box, body = symbols()[name]
    request = context.get("request")
    if request is None:
        drawing = mark_safe(body)  # noqa: S308 - read from our own file
        return format_html('<svg class="{}" viewBox="{}" aria-hidden="true">{}</svg>', css, box, drawing)
    request.__dict__.setdefault("_symbols", set()).add(name)
    return _named(name, css)


@cache  # a list draws the same few hundreds of times
def _named(name: str, css: str) -> SafeString:
    return format_html('<svg class="{}" aria-hidden="true"><use href="#{}"/></svg>', css, name)


@register.simple_tag(takes_context=True)
def sprite(context: Context) -> SafeString:
    """Write the symbols that the page used so far; stands last in a page or fragment."""
    request = context.get("request")
    used = sorted(getattr(request, "_symbols", ()))
    parts = [f'<symbol id="{name}" viewBox="{symbols()[name][0]}">{symbols()[name][1]}</symbol>' for name in used]
    if not parts:
        return SafeString("")
    return mark_safe(f'<svg class="vh" aria-hidden="true" focusable="false" data-sprite>{"".join(parts)}</svg>')  # noqa: S308 - our own file
