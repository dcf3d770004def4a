"""Unconfirmed communications: nobody here can tell whether they went, until a person says so."""
