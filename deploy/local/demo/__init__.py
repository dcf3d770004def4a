"""One whole campaign, played through the running services: what `otm demo` shows."""
