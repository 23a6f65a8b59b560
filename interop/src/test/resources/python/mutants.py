"""Messages of Celery that something has happened to, the same for the same seed."""
import base64
import json
import random
import uuid

import peer

BASES = (("java.add", [1, 2], {}), ("java.echo", [1, None], {"k": "v"}), ("java.mul", [], {"x": 2, "y": 3}),
         ("java.noop", [], {}), ("java.fail", ["mutant"], {}))
LITTLE = (None, True, 0, -1, 1.5, "", "x", "None", [], {}, [None], {"task": 1}, 2 ** 62, "2030", "\u0000", [1, 2, 3])


def send(queue, seed, number):
    chance = random.Random(seed)
    with peer.app.connection_for_write() as connection:
        channel = connection.default_channel
        producer = connection.Producer()
        for _ in range(number):
            message = original(chance)
            for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
                chance.choice(MUTATIONS)(chance, message)
            if hasattr(channel, "client") and chance.random() < 0.3:
                raw(chance, channel.client, queue, message)
            else:
                publish(producer, queue, message)


def original(chance):
    name, args, kwargs = chance.choice(BASES)
    ident = str(uuid.UUID(int=chance.getrandbits(128)))
    task = peer.app.amqp.as_task_v2(ident, name, args=args, kwargs=kwargs)
    return {"headers": dict(task.headers), "properties": {"correlation_id": ident},
            "content_type": "application/json", "content_encoding": "utf-8",
            "body": json.dumps(task.body).encode()}


def publish(producer, queue, message):
    producer.publish(message["body"], exchange="", routing_key=queue, headers=message["headers"],
                     content_type=message["content_type"], content_encoding=message["content_encoding"],
                     **message["properties"])


def raw(chance, client, queue, message):
    """Past kombu, which writes whole envelopes only."""
    envelope = {"body": base64.b64encode(message["body"]).decode(), "headers": message["headers"],
                "content-type": message["content_type"], "content-encoding": message["content_encoding"],
                "properties": {**message["properties"], "body_encoding": "base64", "delivery_tag": "t",
                               "delivery_info": {"exchange": "", "routing_key": queue}}}
    for _ in range(chance.choice((0, 1, 2))):
        place = chance.choice((envelope, envelope["properties"])) if "properties" in envelope \
            and isinstance(envelope["properties"], dict) else envelope
        if not place:
            continue
        key = chance.choice(list(place))
        if chance.random() < 0.5:
            del place[key]
        else:
            place[key] = chance.choice(LITTLE)
    text = json.dumps(envelope).encode()
    client.lpush(queue, text[:chance.randrange(len(text))] if chance.random() < 0.1 else text)


def header_gone(chance, message):
    message["headers"].pop(chance.choice(list(message["headers"]) or ["none"]), None)


def header_changed(chance, message):
    # without a time in the future, or the message would wait for it
    message["headers"][chance.choice(list(message["headers"]) or ["id"])] = chance.choice(LITTLE)


def header_more(chance, message):
    message["headers"][chance.choice(("compression", "group", "chord", "x-odd", "stamps"))] = chance.choice(
        LITTLE + ("application/x-gzip", "application/x-bz2"))


def property_changed(chance, message):
    key = chance.choice(("content_type", "content_encoding", "correlation_id", "reply_to"))
    value = chance.choice(("", "x", "application/json; charset=utf-8", "binary", "application/x-python-serialize"))
    (message if key.startswith("content") else message["properties"])[key] = value


def body_cut(chance, message):
    message["body"] = message["body"][:chance.randrange(len(message["body"]) + 1)]


def body_flipped(chance, message):
    body = bytearray(message["body"])
    for _ in range(chance.choice((1, 1, 5)) if body else 0):
        body[chance.randrange(len(body))] = chance.randrange(256)
    message["body"] = bytes(body)


def body_part(chance, message):
    try:
        body = json.loads(message["body"])
    except ValueError:
        return
    if not isinstance(body, list) or not body:
        return
    place = chance.randrange(len(body))
    what = chance.random()
    if what < 0.3:
        body[place] = chance.choice(LITTLE)
    elif what < 0.4:
        body.append(chance.choice(LITTLE))
    elif what < 0.5:
        del body[place]
    elif what < 0.6:
        body[place] = json.loads("[" * 600 + "]" * 600)
    elif isinstance(body[-1], dict):
        body[-1][chance.choice(("callbacks", "errbacks", "chain", "chord"))] = chance.choice(
            LITTLE + (canvas(chance), [canvas(chance)], [{"task": "java.noop"}], [{"task": ""}], [{"task": "x", "options": 1}], {"task": "java.noop"}))
    message["body"] = json.dumps(body).encode()


def canvas(chance):
    """A canvas that was left folded, and what may be wrong with it."""
    step = {"task": "java.noop", "args": [], "kwargs": {}, "options": {"queue": "java-mutants"}}
    inner = chance.choice((step, {**step, "options": {"link": [canvas(chance)] if chance.random() < 0.3 else 5}}))
    tasks = chance.choice(([step, inner], [inner], [], None, [canvas(chance)] if chance.random() < 0.3 else [step]))
    kind = chance.choice(("chain", "group", "chord"))
    options = chance.choice(({}, {"task_id": "folded"}, {"link": [step]}, {"task_id": 5}))
    return {"task": "celery." + kind, "args": chance.choice(([], [1])), "options": options, "subtask_type": kind,
            "kwargs": {"tasks": tasks, "header": tasks, "body": chance.choice((step, None, inner))}}


def body_odd(chance, message):
    message["body"] = chance.choice((b"", b"null", b"[]", b"{}", b"[[NaN], {}, {}]", b"[[1e999], {}, {}]", b"\xff\xfe",
                                     b"[[" + b"9" * 5000 + b"], {}, {}]", b'{"task": "java.noop", "id": "v1"}'))


MUTATIONS = (header_gone, header_changed, header_more, property_changed, body_cut, body_flipped, body_part, body_odd)
