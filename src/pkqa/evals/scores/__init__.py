"""What one answer is worth: one small file a metric, all of them in one table."""
