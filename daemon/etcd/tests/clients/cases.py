"""Runs the cases of a script, each for a minute at most."""

import os
import threading
import traceback


def run(cases):
    for case in cases:
        # A watch that hears of nothing would wait for ever.
        limit = threading.Timer(60, lambda: os._exit(3))
        limit.start()
        try:
            case()
        except BaseException:
            traceback.print_exc()
            # Not by an ordinary end: a library's threads may wait for their next event.
            os._exit(1)
        limit.cancel()
        print("ok", case.__name__, flush=True)
    os._exit(0)
