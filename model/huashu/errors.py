"""The errors that a caller of Huashu has to know. Each message says what was wrong and what to do."""


class HuashuError(Exception):
    """Base of all errors that Huashu raises on purpose."""


class InputError(HuashuError, ValueError):
    """The text, dialogue, file or corpus handed in cannot be used."""


class ArtifactError(HuashuError):
    """A model artifact is missing, damaged, or of another format version."""
