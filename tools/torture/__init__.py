"""What a project file goes through: kills, full disks, vanished folders, a second program, a clock that runs backwards."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # the programs are many and small
