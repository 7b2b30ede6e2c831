"""The names of all work that leaves a transaction, and the queue that each waits in."""

INTAKE = "intake"
POINTED = "intake.pointed"
STATUS = "slack.status"
QUESTIONS = "slack.questions"
ANNOUNCE = "slack.announce"
OPEN_THREAD = "slack.open_thread"
HINT = "slack.hint"
REMIND = "slack.remind"
NOTED = "slack.noted"
DIGEST = "slack.digest"
DIGEST_ASKED = "slack.digest_asked"
TELL = "slack.tell"
WHISPER = "slack.whisper"
HOME = "slack.home"
TOLD = "slack.told"
SUGGEST = "slack.suggest"
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
    POINTED: "chat",
    STATUS: "chat",
    QUESTIONS: "chat",
    ANNOUNCE: "chat",
    OPEN_THREAD: "chat",
    HINT: "chat",
    REMIND: "chat",
    NOTED: "chat",
    DIGEST: "chat",
    DIGEST_ASKED: "chat",
    TELL: "chat",
    WHISPER: "chat",
    HOME: "chat",
    TOLD: "chat",
    SUGGEST: "chat",
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
