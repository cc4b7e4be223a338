"""From tokens to scores: grams -> linear -> text_model (one text), growing (a call), bulk (many texts)."""
