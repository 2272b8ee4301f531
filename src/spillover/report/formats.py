"""``nbformat``, imported quickly.

With JupyterLab installed, ``nbformat`` loads ``jsonschema``, which compiles the grammar of internationalised
web addresses: more than three seconds, and no notebook needs it. ``jsonschema`` takes that part as optional,
so it is kept out of sight while ``nbformat`` loads.
"""

from __future__ import annotations

import sys

_SLOW = "rfc3987_syntax"
_hide = _SLOW not in sys.modules
if _hide:
    sys.modules[_SLOW] = None  # type: ignore[assignment]  # an import of it now raises ImportError
try:
    import nbformat
finally:
    if _hide:
        del sys.modules[_SLOW]

__all__ = ["nbformat"]
