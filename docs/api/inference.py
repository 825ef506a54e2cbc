"""Asks what is on a picture, then on two in one request: inference.py URL KEY PICTURE. Needs nothing but Python."""

import base64
import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path


def post(url, key, body, **headers):
    """Sends a body; waits as long as the station says while too much work waits there (429)."""
    for _ in range(5):
        request = urllib.request.Request(url, data=body, headers={"Authorization": f"Bearer {key}", **headers})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            error = json.load(refusal)["error"]
            if refusal.code != 429:
                raise RuntimeError(f"{error['code']}: {error['message']}") from refusal
            time.sleep(int(refusal.headers["Retry-After"]))
    raise RuntimeError("The station has too much to do.")


def main(url, key, picture):
    file = Path(picture)
    model = f"{url}/api/v1/models/champion"
    answer = post(f"{model}/inference", key, file.read_bytes(), **{"Content-Type": "image/jpeg"})
    results = answer["results"]
    print(f"{file.name}: {len(results['detections'])} found by {answer['modelId']} in {results['processingTime']:.0f} ms")

    text = base64.b64encode(file.read_bytes()).decode()
    body = json.dumps({"images": [text, text], "batchSize": 2, "options": {"confidenceThreshold": 0.4}}).encode()
    # With a key of its own a batch can be sent again after a broken connection without being done twice.
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    batch = post(f"{model}/batch-inference", key, body, **headers)
    if post(f"{model}/batch-inference", key, body, **headers)["batchId"] != batch["batchId"]:
        raise RuntimeError("The batch was done twice.")
    print(f"Batch {batch['batchId']}: {len(batch['results'])} pictures")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
