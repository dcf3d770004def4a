"""Events followed live, described, and held against their contracts."""
