"""Dead letters of the running stack, or of the broker and store that the environment names."""
