"""Words: of messages, of days and hours, of names; templates stand in tasks/templates."""
