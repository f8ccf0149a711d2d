"""What is sent in one go: one message, or several to the same person by the same channel."""

from dataclasses import dataclass
from functools import cached_property

from services.directory.models import Person
from services.notify.models import Endpoint, Message, Preference
from services.notify.sending.addresses import context_of
from services.notify.texts import Letter, digest, letter
from services.notify.wishes import language_of


@dataclass(frozen=True)
class Delivery:
    """Messages of one person, channel and realm, oldest first, with what is needed to reach the person."""

    messages: tuple[Message, ...]
    preference: Preference | None = None
    endpoints: tuple[Endpoint, ...] = ()

    @property
    def first(self) -> Message:
        """The message whose realm, channel and person are those of all."""
        return self.messages[0]

    @property
    def realm(self) -> str:
        """The realm, which decides whether anything leaves the machine."""
        return str(self.first.realm)

    @property
    def channel(self) -> str:
        """The channel's key."""
        return self.first.channel

    @property
    def person(self) -> Person:
        """Whom it is for."""
        return self.first.person

    @property
    def key(self) -> str:
        """What the receiver knows it by, the same at every repetition."""
        return self.first.key

    @property
    def language(self) -> str:
        """The language it is written in."""
        return language_of(self.person, self.preference)

    @cached_property
    def letter(self) -> Letter:
        """The words, of one message or of a digest; KeyError for a template that does not exist."""
        if len(self.messages) == 1:
            return letter(self.first.template, context_of(self.first), self.person, self.language)
        told = [(one.template, context_of(one), one.created_at) for one in self.messages]
        return digest(told, self.person, self.language)
