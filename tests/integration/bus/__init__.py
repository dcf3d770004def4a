"""The bus on a real broker: every message ends done, retried or dead, and none is lost on the way."""
