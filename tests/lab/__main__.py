# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``python -m tests.lab``: the lab from the command line."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

from tests.lab import host as hosts_module
from tests.lab import image, lab, needs
from tests.lab.core import LabError, labs_dir, say
from tests.lab.playbook import environment, program


def parse_hosts(text: str) -> dict[str, str]:
    """Read ``h1:bookworm,h2:trixie``; a host without a release gets bookworm."""
    pairs = (item.strip().partition(":") for item in text.split(",") if item.strip())
    return {name: release or "bookworm" for name, _sep, release in pairs}


def parse_groups(text: str | None) -> dict[str, list[str]] | None:
    """Read ``prometheus=h1,nodes=h1+h2``; None stays None (keep the groups as they are)."""
    if text is None:
        return None
    pairs = (item.strip().partition("=") for item in text.split(",") if item.strip())
    return {group: [name for name in names.split("+") if name] for group, _sep, names in pairs}


def inventory_hosts(data: dict) -> list[str]:
    """Return the hosts of an inventory (``ansible-inventory --list``) that a lab must provide: not those with a local connection."""
    variables = data.get("_meta", {}).get("hostvars", {})
    groups = [group for key, group in data.items() if key != "_meta"]
    names = {name for group in groups for name in group.get("hosts", [])}
    return sorted(name for name in names if variables.get(name, {}).get("ansible_connection") != "local")


def hosts_of_inventory(path: str, release: str) -> dict[str, str]:
    """Return a lab host for each host of an inventory."""
    argv = [program("ansible-inventory"), "-i", path, "--list"]
    done = subprocess.run(argv, check=False, capture_output=True, text=True, env=environment())
    if done.returncode != 0:
        raise LabError(f"The inventory {path} cannot be read: {done.stderr.strip()[-1000:]}")
    return dict.fromkeys(inventory_hosts(json.loads(done.stdout)), release)


def do_up(args: argparse.Namespace) -> None:
    """Boot hosts, print the inventory's path."""
    wanted = hosts_of_inventory(args.inventory, args.release) if args.inventory else {}
    wanted |= parse_hosts(args.hosts)
    if not wanted:
        raise LabError("Say which hosts you want: --hosts h1:bookworm or --inventory inventories/demo.")
    print(lab.up(args.name, wanted, groups=parse_groups(args.groups), binds=args.bind).inventory)


def do_down(args: argparse.Namespace) -> None:
    """Remove labs."""
    chosen = lab.names() if args.all else args.names
    if not chosen and not args.all:
        raise LabError(f"Name the lab to remove, or say --all. Labs: {', '.join(lab.names()) or 'none'}.")
    for name in chosen:
        lab.down(name)


def do_exec(args: argparse.Namespace) -> None:
    """Become the program in the host, so that its streams and status are ours."""
    name, _sep, host = args.target.partition("/")
    mine = lab.get(name)
    host = host or next(iter(mine.hosts), "")
    if host not in mine.hosts:
        raise LabError(f"The lab {name} has no host {host!r}; it has: {', '.join(mine.hosts)}.")
    tty = sys.stdin.isatty() and sys.stdout.isatty()
    words = args.command[1:] if args.command[:1] == ["--"] else args.command
    argv = hosts_module.exec_argv(mine.hosts[host], words or ["bash", "-l"], stdin=True, tty=tty)
    os.execvp(argv[0], argv)


def do_status(_args: argparse.Namespace) -> None:
    """Print one line per host."""
    for name in lab.names():
        try:
            mine = lab.get(name)
        except LabError:
            print(f"{name}: has no network (the machine was restarted?); `up` makes it anew, `down` removes its traces")
            continue
        records = hosts_module.find(name)
        print(f"{name}: inventory {mine.inventory}, mirror {mine.mirror.url}, ssh -F {labs_dir() / name / 'ssh_config'} HOST")
        for host in mine.hosts.values():
            print(f"  {host.name:24} {host.release:10} {host.address:16} {records[host.name]['State']['Status']}")


def do_inventory(args: argparse.Namespace) -> None:
    """Print the path of a lab's inventory."""
    print(lab.get(args.name).inventory)


def do_image(args: argparse.Namespace) -> None:
    """Make images ahead of time, or forget them."""
    needs.ensure()
    for release in args.releases or image.RELEASES:
        if args.remove:
            image.remove(release)
        else:
            say(f"image of {release}: {image.ensure(release)}")


def parser() -> argparse.ArgumentParser:
    """Build the command line."""
    top = argparse.ArgumentParser(prog="python -m tests.lab", description="Real systemd hosts on this machine. See docs/lab.md.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(function=function)
        return sub

    sub = command("up", do_up, "boot hosts (nothing to do for those that run); prints the inventory's path")
    sub.add_argument("name")
    sub.add_argument("--hosts", default="", metavar="h1:bookworm,h2:trixie")
    sub.add_argument("--groups", metavar="prometheus=h1,nodes=h1+h2")
    sub.add_argument("--inventory", metavar="DIR", help="a lab host for each host of this inventory")
    sub.add_argument("--release", default="bookworm", choices=image.RELEASES, help="release of --inventory's hosts")
    sub.add_argument("--bind", action="append", default=[], metavar="DIR[:PLACE]", help="directory that hosts see read-only")
    sub = command("down", do_down, "remove labs with all that belongs to them")
    sub.add_argument("names", nargs="*")
    sub.add_argument("--all", action="store_true")
    sub = command("exec", do_exec, "run a command in a host as root (without one: a shell)")
    sub.add_argument("target", metavar="NAME/HOST")
    sub.add_argument("command", nargs=argparse.REMAINDER)
    command("status", do_status, "list labs and hosts")
    sub = command("inventory", do_inventory, "print the path of a lab's inventory")
    sub.add_argument("name")
    sub = command("image", do_image, "make images ahead of time")
    sub.add_argument("releases", nargs="*", metavar="|".join(image.RELEASES))
    sub.add_argument("--remove", action="store_true", help="forget them instead")
    return top


def main() -> int:
    """Run one command; an error is one sentence on stderr and status 1."""
    os.umask(0o022)
    args = parser().parse_args()
    try:
        args.function(args)
    except LabError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
