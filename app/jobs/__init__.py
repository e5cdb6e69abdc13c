"""Heavy work in worker processes, what it leaves in bounded caches, and the lock for what is computed here.

Nothing here knows of lessons or pages: a job is named by what it is, and is pickled to a worker.
"""

from app.jobs.job_queue import (
    Job,
    Progress,
    compute_with,
    drop,
    idle,
    keep,
    known,
    queue,
    quick,
    result,
    stands_still,
    submit,
)
from app.jobs.workers import Workers

__all__ = [
    "Job",
    "Progress",
    "Workers",
    "compute_with",
    "drop",
    "idle",
    "keep",
    "known",
    "queue",
    "quick",
    "result",
    "stands_still",
    "submit",
]
