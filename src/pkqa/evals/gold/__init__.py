"""Gold questions: what they are, how files of them are read, checked, proposed."""
