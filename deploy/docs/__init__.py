"""The documents that are written from the code: `docs/events.md` and `docs/asyncapi/<service>.json`."""
