"""Files as they come, read into items: a text or a dialogue each, with where it comes from; or why there is none.

The one reader of the command line, the service, and whoever else has files: :func:`find` names them, :func:`read`
reads one, :func:`read_stream` the bytes of one.
"""

from huashu_api.ingest.finding import STDIN, File, find
from huashu_api.ingest.items import Item, Note, ReadOptions
from huashu_api.ingest.reading import DAMAGED, read, read_stream

__all__ = ["DAMAGED", "STDIN", "File", "Item", "Note", "ReadOptions", "find", "read", "read_stream"]
