"""How the evaluation reads, plays, scores and compares; the reports are of an invented bakery."""
