"""The addresses of the desk, one page a file."""

from fastapi import APIRouter

from bot.dashboard.routes import (
    add_source,
    change,
    edit,
    file,
    joining,
    knowledge,
    queue,
    rules,
    sign_in,
    story,
    ticket,
    verbs,
)

router = APIRouter(include_in_schema=False)
for page in (queue, ticket, file, verbs, joining, edit, change, story, rules, add_source, knowledge, sign_in):
    router.include_router(page.router)
