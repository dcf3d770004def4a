"""The broker's users, limits, exchanges and queues: as the code has them, as a broker has them, and made there."""
