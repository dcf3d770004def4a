"""Contacts: customers who got in touch, one by one and by the stream, corrected and counted."""
