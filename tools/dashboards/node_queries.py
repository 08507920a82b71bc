# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Queries about hosts that more than one dashboard asks."""

# Interfaces that lead out of the host: what containers, bridges and the loopback carry would be counted twice.
NET = 'device!~"lo|veth.*|docker.*|podman.*|br-.*|cni.*|flannel.*|cali.*|virbr.*|ifb.*|tap.*|dummy.*"'
# As in the rules: what lies on a disk.
DISKS = 'fstype!~"tmpfs|ramfs|squashfs|overlay|iso9660"'

# % "by (...)": the busy share of the processors.
BUSY = '1 - avg %s (rate(node_cpu_seconds_total{SEL, mode="idle"}[RATE]))'
MEMORY_USED = "1 - node_memory_MemAvailable_bytes{SEL} / node_memory_MemTotal_bytes{SEL}"
DISK_FREE = f"node_filesystem_avail_bytes{{SEL, {DISKS}}} / node_filesystem_size_bytes{{SEL, {DISKS}}}"

NO_DISKS = "no file system on a disk"
