"""The Python half of a mixed system: a Celery application with its tasks.

As a program it is a worker: python3 peer.py worker -Q queue ...
"""
import ctypes
import os
import signal
import sys
import time

from celery import Celery
from celery.exceptions import Ignore, Reject
from celery.signals import worker_process_init, worker_ready

app = Celery(
    "peer",
    broker=os.environ["PEER_BROKER"],
    backend=os.environ["PEER_RESULTS"],
)
app.conf.update(
    task_default_queue=os.environ["PEER_QUEUE"],
    task_queue_max_priority=int(os.environ["PEER_MAX_PRIORITY"]) if "PEER_MAX_PRIORITY" in os.environ else None,
    task_track_started=False,
    worker_prefetch_multiplier=1,
    worker_redirect_stdouts=False,
    broker_transport_options={"visibility_timeout": int(os.environ.get("PEER_VISIBILITY_TIMEOUT", "3600"))},
    result_expires=3600,
)

JAVA_QUEUE = os.environ["PEER_JAVA_QUEUE"]


@worker_ready.connect
def say_ready(**_):
    print("ready", flush=True)


@worker_process_init.connect
def end_with_the_parent(**_):
    """A child of a worker that was killed would go on for ever."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@app.task(name="py.add")
def add(*numbers):
    return sum(numbers)


@app.task(name="py.mul")
def mul(x, y):
    return x * y


@app.task(name="py.echo")
def echo(*args, **kwargs):
    return {"args": args, "kwargs": kwargs}


@app.task(name="py.noop")
def noop():
    pass


@app.task(name="py.fail")
def fail(message):
    raise ValueError(message)


class Refused(Exception):
    """An exception of our own, with more than one argument."""


@app.task(name="py.refuse")
def refuse(code, text):
    raise Refused(code, text)


@app.task(name="py.retry", bind=True, max_retries=3)
def retry(self, times, countdown=0):
    if self.request.retries < times:
        raise self.retry(exc=ValueError("not yet"), countdown=countdown)
    return self.request.retries


@app.task(name="py.slow")
def slow(seconds):
    time.sleep(seconds)
    return seconds


@app.task(name="py.held", track_started=True)
def held(path):
    """Until the file is there."""
    end = time.time() + 60
    while not os.path.exists(path) and time.time() < end:
        time.sleep(0.02)
    return os.path.exists(path)


@app.task(name="py.reporting", bind=True)
def reporting(self, path):
    """Again and again, until the file is there."""
    end = time.time() + 60
    while not os.path.exists(path) and time.time() < end:
        self.update_state(state="PROGRESS", meta={"current": 1, "total": 2})
        time.sleep(0.05)
    return os.path.exists(path)


@app.task(name="py.request", bind=True)
def request(self, *_):
    """What a task may know of itself."""
    own = self.request
    known = ("id", "root_id", "parent_id", "group", "retries", "eta", "expires", "timelimit", "lang", "origin",
             "argsrepr", "kwargsrepr", "shadow", "ignore_result", "correlation_id", "reply_to", "trace", "n")
    return {**{name: own.get(name) for name in known}, "delivery_info": own.delivery_info}


@app.task(name="py.spawn", bind=True)
def spawn(self, name, args):
    """Sends a task of Java from inside a task."""
    child = app.send_task(name, args=args, queue=JAVA_QUEUE)
    return {"id": self.request.id, "root": self.request.root_id, "child": child.id}


def tell(file, number):
    """Lines of this length are appended whole, whoever else writes."""
    with open(os.path.join(os.environ["PEER_FOLDER"], file), "a") as lines:
        lines.write("%d\n" % number)


@app.task(name="shared.count", acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def count(number):
    """Tells in a file that it ran; waits before that while the test wants workers to hold what they have."""
    hold = os.path.join(os.environ["PEER_FOLDER"], "hold")
    if os.path.exists(hold):
        tell("held-python", number)
        while os.path.exists(hold):
            time.sleep(0.02)
    tell("ran-python", number)


@app.task(name="py.ignore")
def ignore():
    raise Ignore()


@app.task(name="py.reject", bind=True, acks_late=True)
def reject(self):
    raise Reject("not this", requeue=False)


if __name__ == "__main__":
    app.worker_main(sys.argv[1:])
