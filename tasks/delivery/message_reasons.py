"""What the reasons that the ledger keeps of itself mean, in words; a reason given by a clerk or a provider speaks for itself."""

from schedules.words import phrase
from tasks.delivery.outcomes import Outcome

REASONS = {
    "nothing-left": phrase("Everything in it was done or withdrawn before it went out, so it was not sent."),
    "lease-lapsed": phrase(
        "The sender stopped while sending. It may have arrived; it is not sent again by itself."
    ),
    "unreachable": phrase("No channel reaches this person, so it was not sent."),
    "limit": phrase("It waits: the channel may not be used more often now."),
    "merged": phrase("It was joined to a newer message."),
    "superseded": phrase("A newer summary took its place."),
    "restored": phrase(
        "It may have gone out before the database was restored; it is not sent again without asking."
    ),
    "cannot-be-composed": phrase("Its text could not be made; the log of the worker says why."),
}

OUTCOMES = {
    Outcome.SENT: phrase("accepted by the provider"),
    Outcome.UNVERIFIED: phrase("accepted, unverified"),
    Outcome.RETRY: phrase("to be tried again"),
    Outcome.LATER: phrase("not sent yet: the limit is reached"),
    Outcome.CHANNEL: phrase("refused for this channel"),
    Outcome.PERSON: phrase("refused for this person"),
    Outcome.CONTENT: phrase("refused for these words"),
    Outcome.UNKNOWN: phrase("unknown whether it arrived"),
}
