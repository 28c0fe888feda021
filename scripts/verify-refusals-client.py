"""Sends each case of `verify-refusals.mjs` with one Python client and prints how often the refusal was read.

usage: verify-refusals-client.py urllib|requests|httpx RUNS  (the cases as JSON on standard input)
"""

import http.client
import json
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def with_urllib(case, body):
    if case["connection"] == "keep-alive":
        return with_http_client(case, body)  # urllib itself always closes
    request = urllib.request.Request(case["url"], body, case["headers"], method=case["method"])
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def with_http_client(case, body):
    url = urlsplit(case["url"])
    connection = http.client.HTTPConnection(url.netloc, timeout=60)
    try:
        connection.request(case["method"], f"{url.path}?{url.query}", body, case["headers"])
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def with_requests():
    import requests

    session = requests.Session()

    def send(case, body):
        answer = session.request(case["method"], case["url"], data=body, headers=case["headers"], timeout=60)
        return answer.status_code, answer.content

    return send


def with_httpx():
    import httpx

    client = httpx.Client(timeout=60)

    def send(case, body):
        answer = client.request(case["method"], case["url"], content=body, headers=case["headers"])
        return answer.status_code, answer.content

    return send


def main():
    name, runs = sys.argv[1], int(sys.argv[2])
    send = {"urllib": lambda: with_urllib, "requests": with_requests, "httpx": with_httpx}[name]()
    for case in json.load(sys.stdin):
        with open(case["file"], "rb") as file:
            body = file.read()
        read, faults = 0, []
        for _ in range(runs):
            try:
                status, text = send(case, body)
                code = json.loads(text)["code"]
                if (status, code) == (case["status"], case["code"]):
                    read += 1
                else:
                    faults.append(f"{status} {code}")
            except Exception as error:
                faults.append(repr(error))
        print(json.dumps({"read": read, "faults": faults}), flush=True)


main()
