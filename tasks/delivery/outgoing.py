"""A message as it leaves the ledger for the wire: what to say, to whom, and what its link opens."""

from dataclasses import dataclass

from tasks.delivery.links import carried


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Somebody whom a group's bot is to notify by name: as the roster knows them."""

    name: str
    mobile: str | None = None
    wecom_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message ready for the wire. `body` still holds the place of the personal link; `link_*` say what it opens.

    `link_list`: the page of everything this message speaks of, for whoever is told about others. `mentions`: whom a group's bot
    notifies. `count` duties, the first of them `subject_line` due `due_text`: what a provider gets that takes no free text, only
    a template's variables. `limits`: how often the office lets the channel be used, None for what its provider
    publishes. `schemes`: what the office enables beside the services known here.
    `written`: its words were written when something happened. `alone`: it is never joined to
    another. `rest`: other messages for the same reader on the same channel, sent as one with this.
    """

    message_id: int
    attempt: int
    recipient_key: str
    recipient_name: str
    channel_key: str
    channel_url: str
    is_group: bool
    lang: str
    title: str
    body: str
    mobile: str | None
    wecom_id: str | None
    email: str | None
    link_person: int | None
    link_obligation: int | None
    trial_for: str | None
    link_list: bool = False
    mentions: tuple[Mention, ...] = ()
    count: int = 0
    subject_line: str = ""
    due_text: str = ""
    limits: tuple[str, ...] | None = None
    schemes: tuple[str, ...] = ()
    written: bool = False
    alone: bool = False
    rest: "tuple[Outgoing, ...]" = ()

    def __post_init__(self) -> None:
        """A message to a group opens nobody's page: neither by what it says it opens nor by a place left for a link."""
        if self.is_group and (self.link_person is not None or carried(self.body)):
            raise ValueError(f"message {self.message_id} to a group would carry a personal link")

    @property
    def members(self) -> "tuple[Outgoing, ...]":
        """Every message of the ledger that goes with this one over the wire, itself first."""
        return (self, *self.rest)
