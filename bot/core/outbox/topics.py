"""The names of all work that leaves a transaction, and the queue that each waits in."""

INTAKE = "intake"
STATUS = "slack.status"
QUESTIONS = "slack.questions"
ANNOUNCE = "slack.announce"
OPEN_THREAD = "slack.open_thread"
HINT = "slack.hint"
REMIND = "slack.remind"
NOTED = "slack.noted"
INQUIRY = "slack.inquiry"
FILES = "slack.files"
CHAIN = "chain"
CHANGE = "chain.change"
LEARN = "learn"
EMBED = "memory.embed"
REMEMBER = "memory.ticket"
INGEST = "memory.ingest"
DELIVER = "trello.deliver"
FOLLOW = "trello.follow"

# `chat` is what a person waits for, `chain` is model work, `delivery` is Trello.
QUEUES = {
    INTAKE: "chat",
    STATUS: "chat",
    QUESTIONS: "chat",
    ANNOUNCE: "chat",
    OPEN_THREAD: "chat",
    HINT: "chat",
    REMIND: "chat",
    NOTED: "chat",
    INQUIRY: "chain",
    FILES: "chain",
    CHAIN: "chain",
    CHANGE: "chain",
    LEARN: "chain",
    EMBED: "chain",
    REMEMBER: "chain",
    INGEST: "chain",
    DELIVER: "delivery",
    FOLLOW: "delivery",
}
