"""From what was sent to tokens, each with its place: normalise -> dialogue -> tokens -> analysis -> parts."""
