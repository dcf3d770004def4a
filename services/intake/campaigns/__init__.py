"""Campaigns as intake knows them: what their letters say, and the teams that customers are passed to."""
