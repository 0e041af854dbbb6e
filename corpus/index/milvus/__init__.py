"""The index on a Milvus server: what it holds, how it is searched and how it is kept up with the rows."""
