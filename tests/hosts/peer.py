# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host as the collection prometheus.prometheus leaves it: its paths, accounts, modes and units, written here anew."""

from __future__ import annotations

from tests.hosts.support import OLD
from tests.lab.lab import Lab

PROMETHEUS_UNIT = """\
#
# Ansible managed
#

[Unit]
Description=Prometheus
After=network-online.target
Requires=local-fs.target
After=local-fs.target

[Service]
Type=simple
Environment="GOMAXPROCS=2"
User=prometheus
Group=prometheus
ExecReload=/bin/kill -HUP $MAINPID
ExecStart=/usr/local/bin/prometheus \\
  --storage.tsdb.path=/var/lib/prometheus \\
  --storage.tsdb.retention.time=30d \\
  --storage.tsdb.retention.size=0 \\
  --web.config.file=/etc/prometheus/web.yml \\
  --web.console.libraries=/etc/prometheus/console_libraries \\
  --web.console.templates=/etc/prometheus/consoles \\
  --web.listen-address=0.0.0.0:9090 \\
  --web.external-url= \\
  --config.file=/etc/prometheus/prometheus.yml

CapabilityBoundingSet=CAP_SET_UID
LimitNOFILE=65000
LockPersonality=true
NoNewPrivileges=true
MemoryDenyWriteExecute=true
PrivateDevices=true
PrivateTmp=true
ProtectHome=true
RemoveIPC=true
RestrictSUIDSGID=true
#SystemCallFilter=@signal @timer

ReadWritePaths=/var/lib/prometheus
WorkingDirectory=/var/lib/prometheus

PrivateUsers=true
ProtectControlGroups=true
ProtectKernelModules=true
ProtectKernelTunables=true
ProtectSystem=strict

SyslogIdentifier=prometheus
Restart=always

[Install]
WantedBy=multi-user.target
"""
NODE_UNIT = """\
#
# Ansible managed
#

[Unit]
Description=Prometheus Node Exporter
After=network-online.target
Wants=network-online.target

[Service]
Type=simple
User=node-exp
Group=node-exp
ExecStart=/usr/local/bin/node_exporter \\
    '--collector.systemd' \\
    '--collector.textfile' \\
    '--collector.textfile.directory=/var/lib/node_exporter' \\
    '--web.listen-address=0.0.0.0:9100' \\
    '--web.telemetry-path=/metrics'

SyslogIdentifier=node_exporter
Restart=always
RestartSec=1
StartLimitInterval=0

ProtectHome=yes
NoNewPrivileges=yes

ProtectSystem=strict
ProtectControlGroups=true
ProtectKernelModules=true
ProtectKernelTunables=yes

[Install]
WantedBy=multi-user.target
"""
CONFIG = """\
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [/etc/prometheus/rules/*.rules]
scrape_configs:
- job_name: prometheus
  static_configs: [{targets: ["127.0.0.1:9090"]}]
- job_name: mine
  file_sd_configs: [{files: [/etc/prometheus/file_sd/mine.yml]}]
"""
RULES = "groups: [{name: ansible managed alert rules, rules: [{alert: Watchdog, expr: vector(1)}]}]\n"
INSTALL = """set -e
groupadd --system prometheus; useradd --system -g prometheus -d / -s /usr/sbin/nologin prometheus
groupadd --system node-exp; useradd --system -g node-exp -d / -s /usr/sbin/nologin node-exp
install -d -m 0770 -o root -g prometheus /etc/prometheus /etc/prometheus/rules /etc/prometheus/file_sd
install -d -m 0755 /etc/prometheus/consoles /etc/prometheus/console_libraries
install -d -m 0755 -o prometheus -g prometheus /var/lib/prometheus
install -d -m 0775 -o node-exp -g node-exp /var/lib/node_exporter
cd /tmp
for p in prometheus-{prometheus} node_exporter-{node_exporter}; do
  python3 -c 'import sys, urllib.request as u; u.urlretrieve(*sys.argv[1:])' \\
    {mirror}/github.com/prometheus/${{p%-*}}/releases/download/v${{p##*-}}/$p.linux-amd64.tar.gz a.tgz
  tar xzf a.tgz; rm a.tgz
done
install -m 0755 prometheus-*/prometheus prometheus-*/promtool node_exporter-*/node_exporter /usr/local/bin
rm -r prometheus-* node_exporter-*
cd /etc/prometheus
echo "{{}}" > web.yml
mv /tmp/theirs.yml prometheus.yml; mv /tmp/theirs.rules rules/ansible_managed.rules
echo '- targets: ["192.0.2.7:1"]' > file_sd/mine.yml
chown root:prometheus prometheus.yml web.yml rules/* file_sd/*; chmod 0640 prometheus.yml web.yml rules/* file_sd/*
systemctl daemon-reload
systemctl enable -q --now prometheus node_exporter
"""


def install(lab: Lab, host: str) -> None:
    """Install the replica and start its services."""
    for path, text in (
        ("/tmp/theirs.yml", CONFIG),
        ("/tmp/theirs.rules", RULES),
        ("/etc/systemd/system/prometheus.service", PROMETHEUS_UNIT),
        ("/etc/systemd/system/node_exporter.service", NODE_UNIT),
    ):
        lab.put(host, text, path)
    lab.run(host, INSTALL.format(mirror=lab.mirror.url, **OLD), timeout=120, check=True)
