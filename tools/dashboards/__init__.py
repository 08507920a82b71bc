# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sources of the dashboards that the collection ships: python -m tools.dashboards writes them as JSON."""
