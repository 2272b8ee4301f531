"""What a text that people write in a form or a table may not hold."""

from __future__ import annotations

import re

# Control characters but for tab and ends of lines, marks that turn the direction of a text, and what XML
# cannot hold: they show nothing, and may make a text look like another one.
STRANGE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
