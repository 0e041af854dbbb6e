"""The index: FAISS and tantivy files, derived from the database and rebuildable from it at any time."""
