"""What is read of the whole: what is overdue, summaries, the board, the annual report, what inspectors look over."""
