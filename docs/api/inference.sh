#!/bin/sh
# Asks what is on a picture: inference.sh URL KEY PICTURE.jpg
set -eu
url=$1
key=$2
picture=$3

ask() {
  curl --silent --show-error --fail-with-body -H "Authorization: Bearer $key" "$@"
}

# The picture as it is; options are in the address.
printf 'Detections: '
ask -H 'content-type: image/jpeg' --data-binary "@$picture" \
  "$url/api/v1/models/champion/inference?confidenceThreshold=0.4"
echo

# The same as a form, answered as XML.
printf 'As a form: '
ask -F "image=@$picture" -F maxDetections=10 -F outputFormat=xml "$url/api/v1/models/champion/inference"
