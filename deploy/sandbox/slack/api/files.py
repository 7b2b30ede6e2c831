"""files.info."""

from deploy.sandbox.slack import files
from deploy.sandbox.slack.call import Call, method
from deploy.sandbox.slack.config import Json
from deploy.sandbox.slack.world import SlackError


@method("files.info", scope="files:read", tier=4, reads=True)
def files_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.info"""
    file = call.sandbox.world.files.get(call.needed("file", "file_not_found"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": files.shape(file), "comments": []}
