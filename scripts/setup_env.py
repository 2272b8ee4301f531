"""Make the project's Python environment in ``.venv``: called by the Makefile, safe to call at any time.

The environment is either exactly what ``requirements.lock`` says or it is made anew; nothing in between
is kept. A stamp, written last, holds the fingerprint of the lock, of ``pyproject.toml``, of the folder and of
the interpreter. When it fits, this script returns at once and touches neither the disk nor the network.

Standard library only, and no syntax newer than Python 3.6 up to the version check, so that an old
``python3`` ends with one sentence and not with a SyntaxError.
"""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "spillover-stamp.json"
LOG = VENV / "setup.log"
MUTEX = ROOT / ".venv.lock"
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON_TRIED = 14

# What the log says, and what the reader can do about it. The first text found decides.
REMEDIES = [
    ("No space left on device", "The disk is full: free about 2 GB, then run the same command again."),
    ("ensurepip", "Python's venv module is incomplete; on Debian and Ubuntu: sudo apt install python3-venv"),
    ("DO NOT MATCH THE HASHES", "A downloaded file is not the locked one: run again, report it if it stays."),
    ("Connection", "The package index cannot be reached: check the network or HTTPS_PROXY; run again."),
    ("Could not find a version", "No such package here: check the network, and that Python is 3.11 to 3.14."),
]


class SetupError(Exception):
    """A set-up step failed; the message says which one and what to do."""


def find_python():
    """Replace this process by a Python that is new enough, or stop with one sentence."""
    for minor in range(NEWEST_PYTHON_TRIED, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        # A version manager's stand-in may be on the path for a version that is not installed: ask it.
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, "-I", __file__])
    here = f"{sys.version_info[0]}.{sys.version_info[1]} ({sys.executable})"
    sys.exit(f"spillover needs Python 3.11 or newer; this is {here}. Then: make setup PYTHON=python3.12")


def python_in_venv() -> Path:
    """Return the path of the environment's interpreter, whether or not it exists."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(name: str) -> str:
    """Return a digest of one file, of where the environment is and of the interpreter it stands on.

    A moved folder or an interpreter that was upgraded away breaks an environment as a new lock does.
    """
    digest = hashlib.sha256((ROOT / name).read_bytes())
    digest.update(str(VENV).encode())
    digest.update(os.path.realpath(str(python_in_venv())).encode())
    return digest.hexdigest()


def read_stamp() -> dict:
    """Return the stamp as written, or nothing when there is none that can be read."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def write_stamp(**parts: str) -> None:
    """Write the stamp whole or not at all."""
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps(parts, indent=1) + "\n", encoding="utf-8")
    draft.replace(STAMP)


def requirements_ready() -> bool:
    """Say whether the pinned packages are installed in an environment that works."""
    fits = read_stamp().get("requirements") == fingerprint("requirements.lock")
    return fits and python_in_venv().exists()


def project_ready() -> bool:
    """Say whether spillover itself is installed, too."""
    return read_stamp().get("project") == fingerprint("pyproject.toml")


@contextlib.contextmanager
def only_one_setup():
    """Hold the project's set-up lock; a second process says so and waits. A crash releases it."""
    with MUTEX.open("a+b") as handle:
        if not try_lock(handle):
            print("Another set-up is running in this folder: waiting for it to finish ...", flush=True)
            while not try_lock(handle):
                time.sleep(0.5)
        yield


def try_lock(handle) -> bool:
    """Take the lock on an open file if it is free."""
    try:
        if os.name == "nt":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def run_step(title: str, command: list) -> None:
    """Run one command, its output in the log; show its name and seconds."""
    start = time.monotonic()
    show(title, "")
    with LOG.open("ab") as log:
        log.write(("$ " + " ".join(command) + "\n").encode())
        log.flush()
        process = subprocess.Popen(command, cwd=str(ROOT), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=1)
                if sys.stdout.isatty():
                    show(title, f"{time.monotonic() - start:4.0f} s")
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
    if process.returncode != 0:
        show(title, "failed\n")
        raise SetupError(explain_failure())
    show(title, f"{time.monotonic() - start:4.0f} s\n")


def show(title: str, result: str) -> None:
    """Write a step's line; a terminal shows it from the start, a file gets it once, when it is known."""
    if sys.stdout.isatty():
        print(f"\r  {title:<44}{result}", end="", flush=True)
    elif result:
        print(f"  {title:<44}{result}", end="", flush=True)


def explain_failure() -> str:
    """Return the end of the log and the one line that says what to do."""
    text = LOG.read_text(encoding="utf-8", errors="replace")
    lines = text.strip().splitlines()
    lines = [line for line in lines if line.startswith("ERROR")] or lines
    tail = "\n".join("    " + line[:150] for line in lines[-5:])
    advice = [remedy for needle, remedy in REMEDIES if needle in text]
    advice.append("Mend the cause above, then run the same command again.")
    return f"{tail}\n  {advice[0]}\n  The full log: .venv/setup.log"


def make_venv() -> None:
    """Make an empty environment, removing what an earlier, unfinished set-up left."""
    if VENV.is_dir():
        # The stamp goes first: whatever happens next, what is left will not be taken for complete.
        with contextlib.suppress(FileNotFoundError):
            STAMP.unlink()
        shutil.rmtree(str(VENV))
    VENV.mkdir()
    # Not sys.executable: in a shell where .venv is active that is the interpreter just removed.
    run_step("1/3 making .venv", [getattr(sys, "_base_executable", sys.executable), "-m", "venv", str(VENV)])


def set_up() -> None:
    """Bring the environment to what the lock and ``pyproject.toml`` say."""
    pip = [str(python_in_venv()), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    if not requirements_ready():
        lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
        count = sum(1 for line in lines if line[:1].isalnum())
        print("Setting up .venv, once for each requirements.lock: one to three minutes.", flush=True)
        make_venv()
        # Compiling every module of every package costs half a minute; first use compiles what is used.
        locked = [*pip, "--no-compile", "--require-hashes", "-r", "requirements.lock"]
        run_step(f"2/3 installing up to {count} pinned packages", locked)
        write_stamp(requirements=fingerprint("requirements.lock"))
    run_step("3/3 installing spillover itself", [*pip, "--no-deps", "--no-build-isolation", "-e", "."])
    write_stamp(requirements=fingerprint("requirements.lock"), project=fingerprint("pyproject.toml"))
    print("The environment is ready.", flush=True)


def main() -> int:
    """Set up if needed; return the exit status."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        find_python()
    if requirements_ready() and project_ready():
        return 0
    # A stopped `make` ends its children by SIGTERM: treat it as Ctrl-C, so that pip does not run on alone.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with only_one_setup():
            # The process that we waited for may have done the work.
            if not (requirements_ready() and project_ready()):
                set_up()
    except KeyboardInterrupt:
        print("\nSet-up stopped. Run the same command again: what was downloaded is not downloaded twice.")
        return 130
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nSet-up failed: {error}. Mend the cause, then run the same command again.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
