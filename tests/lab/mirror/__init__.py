# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab's mirror: upstream's release archives, fetched where upstream can be reached and built from source elsewhere.

`fill()` is what other code calls; `python -m tests.lab.mirror` is the same thing on the command line.
"""

from tests.lab.mirror.filling import fill
from tests.lab.mirror.store import Store, default_root

__all__ = ["Store", "default_root", "fill"]
