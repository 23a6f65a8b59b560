"""Runs scripts of a test as a Celery client: a line of JSON in, a line of JSON out.

In:  {"number": 1, "script": "x = send('java.add', 1, 2)\\nx.get(timeout=30)", "values": {...}}
Out: answer 1 {"value": 3}, where the value is that of the last line, or answer 1 {"error": {...}}
"""
import ast
import datetime
import decimal
import json
import os
import sys
import time
import traceback
import uuid

import celery
from celery import chain, chord, group, signature
from celery.result import AsyncResult, GroupResult

import mutants
import peer


def send(name, *args, **kwargs):
    """Calls a task of the Java worker."""
    return peer.app.send_task(name, args=args, kwargs=kwargs, queue=peer.JAVA_QUEUE)


def java(name, *args, **options):
    """A signature of a task of the Java worker."""
    return peer.app.signature(name, args=args, **{"queue": peer.JAVA_QUEUE, **options})


def python(name, *args, **options):
    """A signature of a task of the Python worker."""
    return peer.app.signature(name, args=args, **{"queue": os.environ["PEER_QUEUE"], **options})


def awake(node):
    """What a worker answers when it has begun to listen, which may be later than it takes tasks."""
    end = time.time() + 120
    while time.time() < end:
        answers = peer.app.control.ping(destination=[node], timeout=1)
        if answers:
            return answers[0][node]
    raise TimeoutError("no answer of " + node)


NAMES = {
    "app": peer.app, "send": send, "awake": awake, "java": java, "python": python, "chain": chain, "chord": chord, "group": group,
    "signature": signature, "AsyncResult": AsyncResult, "GroupResult": GroupResult, "celery": celery,
    "datetime": datetime, "mutants": mutants, "decimal": decimal, "uuid": uuid, "JAVA_QUEUE": peer.JAVA_QUEUE,
    "PYTHON_QUEUE": os.environ["PEER_QUEUE"],
}


def run(script, values):
    names = dict(NAMES, **values)
    tree = ast.parse(script)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "script", "exec"), names)
    return eval(compile(ast.Expression(last.value), "script", "eval"), names) if last else None


def answer(request):
    try:
        return {"value": run(request["script"], request["values"])}
    except Exception as error:
        return {"error": {
            "type": type(error).__name__, "module": type(error).__module__, "text": str(error),
            "trace": traceback.format_exc(),
        }}


if __name__ == "__main__":
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print("answer %d %s" % (request["number"], json.dumps(answer(request), default=repr)), flush=True)
