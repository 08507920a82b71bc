# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs `ansible-test sanity` on a staged copy of the collection: python -m tools.sanity [ansible-test arguments].

Three things that ansible-test would otherwise get from elsewhere are laid out for it:
- interpreters: real ones by name on PATH (pyenv's shims answer to names they cannot start);
- pip for its own virtual environments: it downloads a bootstrap script from a server that closed networks cannot reach,
  so its cache gets one that installs the same pip version through the ordinary package client;
- a home of its own, so that those environments survive between runs and nothing is left in the user's; since
  ansible-test passes no PIP_* variables on, pip's settings (index, certificate) are written there as a file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tools.build_tree import stage
from tools.cache import cache_dir
from tools.interpreters import link_all

PYTHONS = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]

# Reasons stand here, since ansible-test has no place for them.
SKIPPED = {
    "pslint": "there is no PowerShell in this collection, and the test needs a PowerShell installation",
}

# Only what users receive is held to these rules (no assert, Python 3.8, ...); `make lint` covers the rest.
NOT_SHIPPED = ["bench/", "docs/", "molecule/", "tests/", "tools/"]

BOOTSTRAP = '''"""Stands in for get-pip: installs the requested pip into a virtual environment made without one."""
import ensurepip
import os
import subprocess
import sys

settings = dict(os.environ)  # ensurepip switches pip's settings off for its own process
ensurepip.bootstrap()
wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install"] + wanted, env=settings))
'''


def seed_bootstrap(home: Path) -> None:
    """Put the bootstrap script where ansible-test looks for it before it would download its own."""
    import ansible_test._internal.python_requirements as requirements

    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in re.findall(r"pip='([\d.]+)'", Path(requirements.__file__).read_text(encoding="utf-8")):
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        script.write_text(BOOTSTRAP, encoding="utf-8")


def write_pip_settings(home: Path) -> None:
    """Write pip's settings, wherever they come from now, to the configuration file of `home`."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    # Lines look like  global.cert='/etc/ca.pem'  and  :env:.cert='/etc/ca.pem'; the later one wins, as in pip.
    settings = dict(re.findall(r"^(?:global|:env:)\.([\w-]+)='(.*)'$", listed, re.MULTILINE))
    settings["quiet"] = "1"
    settings["cache-dir"] = os.environ.get("PIP_CACHE_DIR") or str(Path.home() / ".cache" / "pip")
    path = home / ".config" / "pip" / "pip.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # an index address may hold a password
    path.write_text("[global]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items()), encoding="utf-8")


def environment(home: Path) -> dict[str, str]:
    """Return the environment for ansible-test: explicit PATH, own home."""
    links = home / "bin"
    link_all(links, PYTHONS)
    path = [str(Path(sys.executable).parent), str(links), "/usr/local/bin", "/usr/bin", "/bin"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYENV_", "ANSIBLE_", "PYTHON"))}
    return kept | {"PATH": ":".join(path), "HOME": str(home)}


def main(arguments: list[str]) -> int:
    """Stage the collection, run the sanity tests there and return ansible-test's exit code."""
    home = cache_dir("ansible-test")
    seed_bootstrap(home)
    write_pip_settings(home)
    tree = stage()
    for name, reason in SKIPPED.items():
        print(f"sanity: {name} is left out: {reason}", flush=True)
    command = ["ansible-test", "sanity", "--color", "no"]
    command += [part for name in SKIPPED for part in ("--skip-test", name)]
    command += [part for path in NOT_SHIPPED if (tree / path).is_dir() for part in ("--exclude", path)]
    return subprocess.run([*command, *arguments], cwd=tree, env=environment(home), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
