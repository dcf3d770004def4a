"""Bodies as they come and go: how large, of what type, signed, streamed, or kept on disk until they are whole."""
