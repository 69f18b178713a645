"""What the reasons that the ledger keeps of itself mean, in words; a reason given by a clerk or a provider speaks for itself."""

from schedules.words import phrase

REASONS = {
    "nothing-left": phrase("Everything in it was done or withdrawn before it went out, so it was not sent."),
    "lease-lapsed": phrase(
        "The sender stopped while sending. It may have arrived; it is not sent again by itself."
    ),
    "merged": phrase("It was joined to a newer message."),
    "superseded": phrase("A newer summary took its place."),
    "cannot-be-composed": phrase("Its text could not be made; the log of the worker says why."),
}
