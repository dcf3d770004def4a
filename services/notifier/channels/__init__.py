"""Channels: one small module for each, all of them taking the same outgoing notice."""

from services.notifier.channels.outgoing import Channel, FarEndDown, NotTaken, Outgoing, Refused

__all__ = ["Channel", "FarEndDown", "NotTaken", "Outgoing", "Refused"]
