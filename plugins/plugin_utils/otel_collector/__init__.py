# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turns the variables of the role otel_collector into a configuration of the OpenTelemetry collector."""
