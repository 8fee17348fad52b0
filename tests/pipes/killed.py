"""Runs a command until its log has so many lines, and kills it: killed.py SIGNAL LINES LOG COMMAND...

Where it was done before it could be killed, it's run again: exit status 0 says that it was killed.
"""
import os
import signal
import subprocess
import sys
import time

number, lines, log = signal.Signals["SIG" + sys.argv[1]], int(sys.argv[2]), sys.argv[3]


def killed():
    if os.path.exists(log):
        os.remove(log)
    process = subprocess.Popen(sys.argv[4:], stdout=subprocess.DEVNULL)
    while process.poll() is None:
        if os.path.exists(log) and open(log, "rb").read().count(b"\n") >= lines:
            process.send_signal(number)
            return process.wait() == -number
        time.sleep(0.001)
    return False


sys.exit(not any(killed() for attempt in range(50)))
