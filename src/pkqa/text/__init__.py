"""What is true of text whatever its document: canonical form, language, sentences, numbers."""
