"""The bench of pages: a site that is filled in bulk, a crawl by each persona, and the time and weight of each page."""
