"""Images and PDFs: what is known of them, how they become content blocks, how they are made smaller.

Pillow and pypdf are imported when first needed; importing this package brings neither.
"""

from components.media.reader import READER
from components.media.scaling import Unscalable, resolve, scale_down

__all__ = ["READER", "Unscalable", "resolve", "scale_down"]
