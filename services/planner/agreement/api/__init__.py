"""Gates, sign-off and clashes over HTTP."""
