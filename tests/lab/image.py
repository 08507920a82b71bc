# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images of systemd hosts: made by debootstrap, kept as one tar per recipe, imported into podman when first used."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.lab import apt
from tests.lab.core import LabError, Stopwatch, cache_dir, lock, run, say
from tests.lab.namespace import podman

RELEASES = ("bookworm", "trixie")
PACKAGES = (
    "systemd", "systemd-sysv", "dbus", "python3", "openssh-server", "sudo", "iproute2", "procps", "ca-certificates",
    "nftables", "passwd",
)  # fmt: skip
# Units that cannot work in a container, would change the machine below it, or make noise on the network.
MASKED = (
    "systemd-modules-load.service", "systemd-sysctl.service", "systemd-binfmt.service", "modprobe@.service",
    "proc-sys-fs-binfmt_misc.automount", "proc-sys-fs-binfmt_misc.mount", "sys-fs-fuse-connections.mount",
    "sys-kernel-config.mount", "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "dev-hugepages.mount",
    "console-getty.service", "getty.target", "e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer",
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "systemd-firstboot.service",
)  # fmt: skip
AUTHORIZED_KEYS = "/etc/ssh/lab_authorized_keys"
_HOST_KEY = "/etc/ssh/ssh_host_ed25519_key"
FILES = {
    "etc/ssh/sshd_config.d/lab.conf": (
        f"HostKey {_HOST_KEY}\nAuthorizedKeysFile .ssh/authorized_keys {AUTHORIZED_KEYS}\n"
        "PermitRootLogin prohibit-password\nPasswordAuthentication no\nUseDNS no\nMaxStartups 200\nMaxSessions 200\n"
    ),
    # Each host makes its own key at first boot. The list is emptied first: Debian's own check fails without a key.
    "etc/systemd/system/ssh.service.d/lab.conf": (
        "[Service]\nExecStartPre=\n"
        f"ExecStartPre=/bin/sh -c 'test -e {_HOST_KEY} || ssh-keygen -q -t ed25519 -N \"\" -f {_HOST_KEY}'\n"
        "ExecStartPre=/usr/sbin/sshd -t\n"
    ),
    "etc/systemd/journald.conf.d/lab.conf": "[Journal]\nSystemMaxUse=64M\n",
    "etc/sudoers.d/ops": "ops ALL=(ALL:ALL) NOPASSWD: ALL\n",
    # A lab host that loses power is made anew: there is no disk to protect from unfinished packages.
    "etc/dpkg/dpkg.cfg.d/lab": "force-unsafe-io\n",
    "etc/default/locale": "LANG=C.UTF-8\n",
    "etc/machine-id": "",
}
_MODES = {"etc/sudoers.d/ops": 0o440}
_FINISH = """set -e
useradd --create-home --shell /bin/bash ops
update-ca-certificates >/dev/null 2>&1
apt-get clean
rm -rf /var/lib/apt/lists/* /etc/ssh/ssh_host_* /var/log/*.log /var/log/apt /var/cache/debconf/*-old
"""


@dataclass(frozen=True)
class Recipe:
    """All that decides an image's content. Equal recipes give the same image."""

    release: str
    packages: tuple[str, ...]
    sources: tuple[str, ...]
    mirror: str
    files: Mapping[str, str]
    masked: tuple[str, ...]
    finish: str

    @property
    def key(self) -> str:
        """Short digest that names the image."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]

    @property
    def tag(self) -> str:
        """Name of the image in podman."""
        return f"localhost/observability-lab:{self.release}-{self.key}"

    @property
    def tar(self) -> Path:
        """The cached file."""
        return cache_dir() / "images" / f"{self.release}-{self.key}.tar"


def recipe(release: str) -> Recipe:
    """Describe the image of a Debian release on this machine. Raises LabError for an unknown release."""
    if release not in RELEASES:
        raise LabError(f"There is no image named {release!r}: choose one of {', '.join(RELEASES)}.")
    sources = apt.sources_for(release)
    files = dict(FILES) | {"etc/apt/apt.conf.d/90lab": apt.settings()}
    files |= {f"usr/local/share/ca-certificates/{name}": pem for name, pem in apt.authorities().items()}
    if sources:
        files["etc/apt/sources.list"] = "".join(f"{source}\n" for source in sources)
    mirror = sources[0].uri if sources else ""
    return Recipe(release, PACKAGES, tuple(map(str, sources)), mirror, files, MASKED, _FINISH)


def _debootstrap(wanted: Recipe, root: Path) -> None:
    argv = ["debootstrap", "--variant=minbase", f"--include={','.join(wanted.packages)}", wanted.release, str(root)]
    scripts = Path("/usr/share/debootstrap/scripts")
    if wanted.mirror:
        argv.append(wanted.mirror)
    elif not (scripts / wanted.release).exists():
        raise LabError(f"This debootstrap does not know {wanted.release}: name a mirror in OBSERVABILITY_LAB_DEBIAN_MIRROR.")
    if wanted.mirror and not (scripts / wanted.release).exists():
        argv.append(str(scripts / "sid"))
    # In a mount namespace of its own, so that an interrupted run leaves no mounts behind.
    run(["unshare", "--mount", *argv], timeout=1200)


def _finish(wanted: Recipe, root: Path) -> None:
    for name, text in wanted.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(_MODES.get(name, 0o644))
    units = root / "etc/systemd/system"
    for unit in wanted.masked:
        (units / unit).unlink(missing_ok=True)
        (units / unit).symlink_to("/dev/null")
    run(["chroot", str(root), "sh", "-c", wanted.finish], timeout=120)


def _build(wanted: Recipe) -> None:
    images = wanted.tar.parent
    images.mkdir(parents=True, exist_ok=True)
    root = images / f".{wanted.release}.making"
    shutil.rmtree(root, ignore_errors=True)
    watch = Stopwatch()
    say(f"making the image of {wanted.release} (about a minute, once)")
    try:
        _debootstrap(wanted, root)
        _finish(wanted, root)
        scratch = wanted.tar.with_suffix(".part")
        run(["tar", "-C", root, "--numeric-owner", "--exclude=./dev/*", "--exclude=./proc/*", "-cf", scratch, "."], timeout=300)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    for old in images.glob(f"{wanted.release}-*.tar"):
        old.unlink()
    scratch.replace(wanted.tar)
    say(f"image of {wanted.release} made in {watch}")


def ensure(release: str) -> str:
    """Return the podman name of a release's image; make and import it when needed."""
    wanted = recipe(release)
    with lock(f"image-{release}"):
        if podman("image", "exists", wanted.tag, check=False).returncode == 0:
            return wanted.tag
        if not wanted.tar.exists():
            _build(wanted)
        watch = Stopwatch()
        podman("import", "--quiet", str(wanted.tar), wanted.tag, timeout=600)
        say(f"image of {release} imported in {watch}")
        _forget(release, keep=wanted.tag)
    return wanted.tag


def _forget(release: str, keep: str = "") -> None:
    """Remove podman's copies of a release's image; one that a host still uses stays (podman refuses)."""
    reference = f"reference=localhost/observability-lab:{release}-*"
    listed = podman("images", "--format", "{{.Repository}}:{{.Tag}}", "--filter", reference).stdout.decode()
    for tag in set(listed.split()) - {keep}:
        podman("rmi", tag, check=False)


def remove(release: str) -> None:
    """Forget a release's image: the cached file and podman's copies."""
    for path in (cache_dir() / "images").glob(f"{release}-*.tar"):
        path.unlink()
    _forget(release)
