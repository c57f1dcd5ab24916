"""The same scenario and seed give the same bytes in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from synthetic import generate

MAKE = "import sys, synthetic; synthetic.generate('retail', 5000, 8).write(sys.argv[1])"


def digests(folder: Path) -> dict[str, str]:
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    for hash_seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-c", MAKE, str(tmp_path / hash_seed)], check=True, env=environment)
    generate("retail", 5000, 8).write(tmp_path / "here")
    assert digests(tmp_path / "1") == digests(tmp_path / "2") == digests(tmp_path / "here")


def test_another_seed_is_another_world() -> None:
    one, other = generate("retail", 500, 1), generate("retail", 500, 2)
    assert one.dataset.digest != other.dataset.digest
    cookies = [set(world.interactions["cookie_id"].dropna()) for world in (one, other)]
    assert not cookies[0] & cookies[1]
