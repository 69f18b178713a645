"""Why somebody was, will be, or was not told: read from what is on record, said in sentences. Nothing is changed by asking."""
