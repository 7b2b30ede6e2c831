"""What several kinds of tests share; no tests here."""
