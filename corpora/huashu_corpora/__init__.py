"""What the models learn from: the document schema, the shipped documents, and checks on both."""

from huashu_corpora.document import Document, TacticMark
from huashu_corpora.files import read_documents, shipped_paths, write_documents

__all__ = ["Document", "TacticMark", "read_documents", "shipped_paths", "write_documents"]
