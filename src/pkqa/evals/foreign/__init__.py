"""Gold questions out of others' files: BEIR, SQuAD, promptfoo."""
