"""Everything slow: the chain, the model, retrieval, Trello, messages to Slack; imports of bot only bot.core."""
