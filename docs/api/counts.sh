#!/bin/sh
# Prints the cameras of a station and today's counts: counts.sh URL KEY
# A station that is open to the network has a certificate of its own: add --cacert FILE with its tls/certificate.pem.
set -eu
url=$1
key=$2

echo 'Cameras:'
curl --silent --show-error --fail-with-body -H "Authorization: Bearer $key" "$url/api/v1/cameras"
echo

now=$(($(date +%s) * 1000))
echo 'Counts of the last day:'
curl --silent --show-error --fail-with-body -H "Authorization: Bearer $key" \
  "$url/api/v1/tallies?from=$((now - 86400000))&to=$now&bucket=all"
echo
