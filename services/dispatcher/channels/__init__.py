"""Channels by which communications leave: one small module each, all behind the interface in `channel`."""
