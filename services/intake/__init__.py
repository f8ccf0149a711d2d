"""The door every event comes in by: received and stored first, evaluated after, never forgotten."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.intake.receiving import Receipt, judge_again, receive

__all__ = ["Receipt", "judge_again", "receive"]


def __getattr__(name: str) -> Any:
    """Give ``receive`` and ``judge_again`` at first use: apps load before models may be imported."""
    if name in __all__:
        from services.intake import receiving  # noqa: PLC0415

        return getattr(receiving, name)
    raise AttributeError(name)
