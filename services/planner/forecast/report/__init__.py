"""The forecast as it is shown: figures, charts and pages."""
