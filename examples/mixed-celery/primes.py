"""Counts the primes up to a limit: cuts the work into parts, leaves them to Java workers, adds up what they found."""
import os
import sys

from celery import Celery, group

app = Celery("primes", broker=os.environ["BROKER_URL"], backend=os.environ["RESULT_URL"])


def count(first, last):
    """A call of the Java task. Python knows its name and its arguments, and nothing else of it."""
    return app.signature("primes.count", kwargs={"first": first, "last": last}, queue="primes")


def main(limit, parts):
    size = -(-limit // parts)
    ranges = [(first, min(first + size - 1, limit)) for first in range(1, limit + 1, size)]
    sent = group(count(*part) for part in ranges).apply_async()
    total = 0
    workers = set()
    for (first, last), result in zip(ranges, sent.results):
        counted = result.get(timeout=60)  # a failure in Java is an exception here
        print("%9d to %9d: %6d, by worker %d" % (first, last, counted["primes"], counted["worker"]), flush=True)
        total += counted["primes"]
        workers.add(counted["worker"])
    print("%d primes up to %d, counted by %d Java workers" % (total, limit, len(workers)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 40)
