"""A module for each kind of file: what is a row of it. No row makes a reader give up on the rest of its file."""
