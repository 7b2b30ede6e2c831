"""Stand-ins for the outside world (Slack, Trello, a model), the embedded services and the demo; never imported by the product."""
