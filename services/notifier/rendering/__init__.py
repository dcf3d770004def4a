"""Rendering: from a template and its facts to text, HTML, a chart and dates."""
