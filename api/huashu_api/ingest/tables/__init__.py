"""Tables: rows with columns, whatever file they come from."""
