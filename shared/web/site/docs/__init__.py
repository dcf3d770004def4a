"""Descriptions of a service's API and events as pages, made from its own documents, without scripts."""
