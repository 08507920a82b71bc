#!/bin/sh
# Print all that an installation could leave behind: paths with owners and modes, accounts, units. What changes by itself
# (logs, caches, temporary files, the accounts' backup files) is left out.
set -eu
find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /var/tmp -o -path /var/log \
    -o -path /var/cache -o -path /var/lib/systemd -o -path /root/.ansible \) -prune \
    -o -not -name 'passwd-' -not -name 'shadow-' -not -name 'group-' -not -name 'gshadow-' -not -name '__pycache__' -not -name '*.pyc' \
    -printf '%p %u:%g %m %l\n' | sort
getent passwd
getent group
systemctl list-unit-files --no-legend --no-pager | sort
systemctl list-units --all --type=service,timer,socket --plain --no-legend --no-pager | awk '{print $1}' | grep -v '^user' | sort
