"""Documents: text, letters, mail and pages, each one text as a rule."""
