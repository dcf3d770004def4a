"""The bus: CloudEvents over RabbitMQ, with retries, dead letters and an outbox.

`Bus` is what a service uses. `Announcer` (in `shared.events`) and `Outbox` are the two ways to say something:
the first from a handler (before its message is acknowledged), the second from a write that begins in HTTP.
"""
