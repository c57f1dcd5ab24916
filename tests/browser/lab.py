"""JupyterLab on a folder of its own, for tests that drive it in a browser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Page

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 180_000
"""Milliseconds after which something is taken not to come at all."""

_OWN = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "IPYTHONDIR",
    "JUPYTERLAB_SETTINGS_DIR",
)


@contextmanager
def jupyter_lab(folder: Path) -> Iterator[str]:
    """JupyterLab on ``folder/notebooks``, with nothing of the user's own settings; gives its address."""
    port = _free_port()
    settings = {name: str(folder / name.lower()) for name in _OWN}
    quiet = Path(settings["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab/apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        *("--IdentityProvider.token=", "--ServerApp.port_retries=0"),
        f"--ServerApp.root_dir={folder / 'notebooks'}",
    ]
    log = folder / "lab.log"
    environment = {**os.environ, **settings, "PYTHONPATH": str(PROJECT), "NO_COLOR": "1"}
    with log.open("wb") as told:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=told, stderr=told)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status", server, log)
        yield address
    finally:
        server.terminate()
        server.wait(60)


def put_notebook(folder: Path, name: str, parameters: Mapping[str, Any]) -> None:
    """A notebook of the project in ``folder/notebooks``, with other values in its parameters cell."""
    document = json.loads((PROJECT / "notebooks" / name).read_text(encoding="utf-8"))
    cell = next(one for one in document["cells"] if "parameters" in one["metadata"].get("tags", ()))
    given = "".join(f"\n{parameter} = {value!r}" for parameter, value in parameters.items())
    cell["source"] = "".join(cell["source"]) + given
    _put(folder, name, json.dumps(document))


def put_cells(folder: Path, name: str, *cells: str) -> None:
    """A notebook of these cells in ``folder/notebooks``."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    _put(folder, name, nbformat.writes(notebook))


def run_all(page: Page, address: str, notebook: str) -> None:
    """Open a notebook once its kernel is there, and start all of its cells."""
    page.goto(f"{address}/doc/tree/{notebook}?reset", timeout=PATIENCE)
    page.locator(".jp-NotebookPanel-toolbar").wait_for(timeout=PATIENCE)
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=PATIENCE)
    # Should the notebook not know its kernel yet, it asks for one.
    page.add_locator_handler(
        page.get_by_role("button", name="Select", exact=True), lambda button: button.click()
    )
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def _put(folder: Path, name: str, text: str) -> None:
    (folder / "notebooks").mkdir(exist_ok=True)
    (folder / "notebooks" / name).write_text(text, encoding="utf-8")
    if not (folder / "configs").exists():
        shutil.copytree(PROJECT / "configs", folder / "configs")


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - this machine's own server
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
