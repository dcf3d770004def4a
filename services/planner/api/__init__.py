"""Planner over HTTP: campaigns, their launch, and the router that gathers the API of every capability."""
