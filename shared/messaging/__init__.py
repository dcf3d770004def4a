"""The bus: CloudEvents over RabbitMQ, with retries, dead letters and an outbox.

`Bus` is what a service uses. `Event` is what travels. `Announcer` and `Outbox` are the two ways to say something:
the first from a handler (before its message is acknowledged), the second from a write that begins in HTTP.
"""

from shared.messaging.event import Event

__all__ = ["Event"]
