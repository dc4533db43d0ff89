"""What differs in the browser's own Python: it has no threads, and nobody to read a red box."""

from __future__ import annotations

import logging

from tqdm import tqdm

tqdm.monitor_interval = 0  # no thread watches over a bar
# It would say that fonts are being looked up, on red ground.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
