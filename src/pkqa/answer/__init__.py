"""From hits to an answer whose every sentence is cited."""
