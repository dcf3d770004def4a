"""The report of a trial: conclusion, checks, chart and tables, as a page and as PDF."""
