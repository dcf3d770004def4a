"""A whole stack at one moment in one file, and back: four databases, the operators' own, and what waits in queues."""
