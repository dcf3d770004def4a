"""RabbitMQ, from wherever this machine can have it."""
