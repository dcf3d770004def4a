"""Dead letters: what died where and why, looked through in bounded memory, brought back, or discarded."""
