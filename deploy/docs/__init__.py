"""Documents written from the code: `docs/events.md`, `docs/asyncapi/<service>.json` and the names of all queues."""
