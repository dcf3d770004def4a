"""Letters as they are written and shown: their places filled, their markdown made into HTML or a PDF."""
