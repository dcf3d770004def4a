"""The plan: what a designer writes down, how it hangs together, and what it still lacks."""
