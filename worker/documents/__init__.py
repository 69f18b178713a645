"""Documents that people go on working with."""
