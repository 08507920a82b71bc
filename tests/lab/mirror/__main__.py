# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""python -m tests.lab.mirror fill|status|path"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.lab.mirror.errors import MirrorError
from tests.lab.mirror.filling import fill
from tests.lab.mirror.progress import say
from tests.lab.mirror.store import ARCHIVES, Store


def parser() -> argparse.ArgumentParser:
    """Returns the command line's description."""
    top = argparse.ArgumentParser(prog="python -m tests.lab.mirror", description="The lab's mirror of archives.")
    top.add_argument("--dir", type=Path, help="mirror directory (default: in the user's cache)")
    commands = top.add_subparsers(dest="command", required=True)
    filling = commands.add_parser("fill", help="fetch archives, or build them where upstream is out of reach")
    filling.add_argument("programs", nargs="*", metavar="program[@version]", help="default: all, at the lock's version")
    filling.add_argument("--arch", default="", help="upstream's name of the architecture (default: this machine's)")
    way = filling.add_mutually_exclusive_group()
    way.add_argument("--only-upstream", dest="method", action="store_const", const="upstream", help="never build")
    way.add_argument("--only-build", dest="method", action="store_const", const="build", help="do not ask upstream")
    commands.add_parser("status", help="list the archives that are there")
    commands.add_parser("path", help="print the mirror directory")
    return top


def status(store: Store) -> None:
    """Prints each archive with its size, and whether this machine built it."""
    built = {known.path: f"built here in {known.seconds:.0f} s" for known in store.built()}
    for path in sorted(file for pattern in ARCHIVES for file in store.root.glob(f"*.*/**/{pattern}")):
        name = str(path.relative_to(store.root))
        print(f"{path.stat().st_size / 1e6:7.1f} MB  {built.get(name, 'from upstream'):24} {name}")


def main() -> int:
    """Runs one command; returns the exit code."""
    args = parser().parse_args()
    store = Store(args.dir)
    if args.command == "path":
        print(store.root)
    elif args.command == "status":
        status(store)
    else:
        try:
            fill(args.programs, arch=args.arch, method=args.method or "any", root=args.dir)
        except MirrorError as error:
            say(f"failed: {error}")
            return 1
        say(f"mirror: {store.root}; digests of what was built here: {store.lab_lock}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
