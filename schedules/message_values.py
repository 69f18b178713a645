"""What a message knows of itself, by the names that a channel's URL may use: for templates of SMS, and for the fields of a gateway."""

# A template's variables take these, one word each: `:who=name`.
VARIABLES = ("name", "count", "subject", "due", "link", "path", "title", "office")
# The fields of a gateway take these in braces: `:content={title}：{body}`.
MESSAGE_FIELDS = (
    "title",
    "body",
    "text",
    "name",
    "count",
    "subject",
    "due",
    "link",
    "path",
    "number",
    "time",
)
