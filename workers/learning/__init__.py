"""Learning from reviews: finding rules in what people changed, exporting approved pairs; nothing is decided here."""
