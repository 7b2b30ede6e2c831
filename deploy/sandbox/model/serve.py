"""Serves one GGUF model over OpenAI's HTTP API with xllamacpp, in a process of its own; knows nothing of prompts."""

import os
import signal
import socket
import sys
from pathlib import Path

from deploy.sandbox.model.parts import MAGIC, ModelError

ALIAS = "basic"
CONTEXT_TOKENS = 8192
THREADS = 2
PROMPT_CACHE_MIB = 512


def check(model: Path, port: int) -> None:
    """Raise ModelError for what the server itself would only report by hanging or crashing."""
    try:
        with model.open("rb") as file:
            magic = file.read(len(MAGIC))
    except OSError as error:
        raise ModelError(f"{model} cannot be read ({error.strerror})") from None
    if magic != MAGIC:
        raise ModelError(f"{model} is not a GGUF file")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ModelError(f"port {port} cannot be used ({error.strerror})") from None


def serve(model: Path, port: int, threads: int = 0) -> None:
    """Load `model`, print its address (http://127.0.0.1:PORT/v1) once it answers, serve until SIGTERM or Ctrl-C.

    One slot: two requests at once are hardly faster than one after the other on a few cores. `threads` 0 means two, or
    one on a single core. Threads wait for each other at every layer, so where other programs keep all cores busy, one
    thread is several times faster than as many as there are cores. Raises ModelError.
    """
    check(model, port)
    try:
        import xllamacpp  # noqa: PLC0415 - only this command needs it, and a machine may be without it
    except ImportError:
        raise ModelError("xllamacpp is not installed; run make setup") from None
    params = xllamacpp.CommonParams()
    params.model.path, params.hostnames, params.port = str(model), ["127.0.0.1"], port
    params.model_alias = {ALIAS}
    params.n_ctx, params.n_parallel, params.n_gpu_layers = CONTEXT_TOKENS, 1, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads or min(THREADS, os.cpu_count() or 1)
    params.use_jinja, params.cache_prompt, params.cache_ram_mib, params.ui = True, True, PROMPT_CACHE_MIB, False
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelError(f"{model} could not be loaded ({error})") from None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"{server.listening_address}/v1", flush=True)
    signal.pause()
