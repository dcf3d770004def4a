"""A customer and their letter, by reference and by token, and what is kept about them."""
