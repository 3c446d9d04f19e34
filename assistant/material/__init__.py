"""Training material from policy texts: quizzes, handouts, slides, cards, coverage, comparison; and their files."""
