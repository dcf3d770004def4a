"""Services of other teams that listen on the bus: their users, permissions and queues."""
