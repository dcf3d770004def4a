"""Agreement: the gates of a directorate, the sign-off of teams, and clashes with other campaigns."""
