"""Measuring: benchmarks and gold questions."""
