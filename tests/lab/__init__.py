# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Real systemd hosts on this machine, for tests and for the demo. Start with ``python -m tests.lab --help``."""
