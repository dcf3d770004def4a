"""The pictures of the documentation, remade by `make pictures`."""
