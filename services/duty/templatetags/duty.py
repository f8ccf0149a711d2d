"""How pages of duty write a swap: one sentence."""

from datetime import datetime

from django import template
from django.utils.translation import gettext as _

from services.duty.models import Swap
from services.duty.page_words import when

register = template.Library()


@register.filter
def swap_told(swap: Swap, now: datetime) -> str:
    """Return who gives which shift to whom, and what for."""
    words = {
        "by": swap.asked_by.full_name,
        "of": swap.asked_of.full_name,
        "gives": when(swap.gives_starts, swap.gives_ends, now),
        "takes": when(swap.takes_starts, swap.takes_ends, now) if swap.takes_starts and swap.takes_ends else "",
    }
    if words["takes"]:
        return _("{by} gives {gives} to {of} and takes {takes}.").format(**words)
    return _("{by} gives {gives} to {of}.").format(**words)
