"""From a reminder to a message that a provider took: ways, routes, composing, the ledger, what follows a refusal."""
