"""Names of the ways to people that are built in, beside the channels of `office.yaml`, whose ids cannot begin with @.

On `@paper` a message waits for the clerk, who prints it and hands it over; `@none` stands for people whom nothing reaches, so that
they are counted and never taken for reminded. `mention` is the audience of a group's post whose phones are to ring.
"""

PAPER, NOBODY = "@paper", "@none"
MENTION = "mention"
RELEASED = "released"  # the lane of what a clerk released: nothing joins it that the clerk has not read
OWING = ("assignee", MENTION)  # the audiences of those who owe something, however they are told
URGENT, URGED_NOW = "urgent", "urge-now"  # lanes: of urgent rungs, and of what somebody had urged at once
BREAKING = (URGENT, URGED_NOW)  # what goes out in quiet hours where the office lets it
