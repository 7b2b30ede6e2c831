"""Stand-ins for Slack, Trello and a model, the embedded services and the demo; never imported by the product."""
