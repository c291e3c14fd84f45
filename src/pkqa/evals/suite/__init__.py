"""One run of the gold questions: what is asked, under which conditions, what came of it."""
