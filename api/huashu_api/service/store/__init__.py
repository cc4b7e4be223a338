"""What is kept: keys, records, feedback, the lexicon, in SQLite or PostgreSQL."""
