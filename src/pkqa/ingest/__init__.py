"""From files to documents, chunks and sentences in the catalog."""
