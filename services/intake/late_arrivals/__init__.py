"""Letters and approvals that become known after contacts about them."""
