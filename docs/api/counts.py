"""Prints the cameras of a station and today's counts: counts.py URL KEY. Needs nothing but Python."""

import json
import sys
import time
import urllib.error
import urllib.request


def call(url, key, name, **fields):
    """Asks for one procedure; raises RuntimeError with the station's own sentence."""
    request = urllib.request.Request(
        f"{url}/api/v1/call/{name}",
        data=json.dumps(fields).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        error = json.load(refusal)["error"]
        raise RuntimeError(f"{error['code']}: {error['message']}") from refusal


def main(url, key):
    for camera in call(url, key, "camera.list"):
        print(f"{camera['name']}: {camera['capture']['state']}")
    now = int(time.time() * 1000)
    for tally in call(url, key, "tally.query", **{"from": now - 86_400_000, "to": now, "bucket": "all"}):
        print(f"{tally['lineId']}: in {tally['in']}, out {tally['out']}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
