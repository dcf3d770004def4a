"""The same letters issued as one task for each recipient, by well-known task queues."""
