#!/usr/bin/env bash
# Makes first inputs for every target out of the fixtures, and adds what earlier runs found: crate/fuzz/seed.sh FOLDER
set -euo pipefail
fixtures=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../tests/fixtures" && pwd)
into=${1:?a folder for the seeds}
mkdir -p "$into"/{pipeline,formats,unpack,query_url,own_format,snapshot}
tar -xJf "$(dirname "${BASH_SOURCE[0]}")/corpora.tar.xz" -C "$into"
number=0
for log in "$fixtures"/formats/*.log; do
  name=$(basename "$log" .log)
  # Two bytes that choose, and as much of a log as shows its kinds of lines.
  { printf '\000\377'; head -c 6000 "$log"; } > "$into/pipeline/$name"
  for format in $(seq 0 4); do
    { printf "\\x$(printf %02x $((number % 32)))\\377"; head -c 3000 "$log"; } > "$into/formats/$name-$format"
    number=$((number + 1))
  done
  { printf '\377'; head -c 3000 "$log" | gzip -9; } > "$into/unpack/$name.gz"
done
for tool in bzip2 xz zstd; do
  command -v "$tool" > /dev/null && { printf '\377'; head -c 2000 "$fixtures/sample.log" | "$tool" -c; } > "$into/unpack/sample.$tool"
done
for packed in "$fixtures"/packed/*; do
  [ -f "$packed" ] && [ "$(stat -c %s "$packed")" -lt 20000 ] && { printf '\377'; cat "$packed"; } > "$into/unpack/$(basename "$packed")"
done
grep -ho '/[a-z/]*Microsoft-Server-ActiveSync[^" ]*' "$fixtures"/formats/*.log | sort -u | head -60 > "$into/query_url/targets"
i=0
while read -r format; do
  i=$((i + 1))
  { printf '%s\n' "$format"; head -c 1500 "$fixtures/formats/combined.log"; } > "$into/own_format/$i"
done <<'FORMATS'
%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D
$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time
%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r
(?<remote>\S+) .* \[(?<time>[^\]]+)\] "(?<method>\S+) (?<target>\S+) \S+" (?<status>\d+)
FORMATS
# What goes along with a report, out of a page that the command writes.
page=$(mktemp)
trap 'rm -f "$page"' EXIT
printf '<!doctype html><title>Pinglens</title><body></body>\n' > "$page"
for log in formats/domino-extended formats/haproxy formats/domino-console formats/exchange; do
  head -c 8000 "$fixtures/$log.log" |
    cargo run --quiet --release --manifest-path "$fixtures/../../Cargo.toml" -- report - --format page --page "$page" |
    sed -n 's/.*id="requests-along">\([^<]*\)<.*/\1/p' | base64 -d > "$into/snapshot/$(basename "$log")"
done
