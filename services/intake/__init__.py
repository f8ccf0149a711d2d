"""The door every event comes in by: received and stored first, evaluated after, never forgotten."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.intake.receiving import Receipt, receive

__all__ = ["Receipt", "receive"]


def __getattr__(name: str) -> Any:
    """Give ``receive`` at first use: apps load before models may be imported."""
    if name in __all__:
        from services.intake import receiving  # noqa: PLC0415

        return getattr(receiving, name)
    raise AttributeError(name)
