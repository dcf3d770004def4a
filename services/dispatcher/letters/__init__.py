"""Letters: composed for a customer, rendered and previewed."""
