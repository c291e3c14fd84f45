"""A run, and what the gate found, as others read it: Markdown, JUnit XML, one HTML page."""
