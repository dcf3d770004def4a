"""Forecasts, re-fits and suggestions of campaigns, and the loop that steers them."""
