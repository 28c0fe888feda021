"""Runs a command, and prints its seconds and the largest resident memory of one of its processes as the last line."""

import json
import resource
import subprocess
import sys
import time

begun = time.monotonic()
code = subprocess.run(sys.argv[1:]).returncode
seconds = time.monotonic() - begun
kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print("@measured " + json.dumps({"seconds": seconds, "mebibytes": kilobytes / 1024}))
sys.exit(code)
