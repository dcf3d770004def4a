"""Customers' data in MongoDB, for data protection."""
