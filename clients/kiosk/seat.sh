#!/bin/sh
# seat.sh HUB FILE [BROWSER [FLAG...]] - opens the seat's page on a PC without a disk. Run it in the PC's session at each boot.
# FILE is the site's enrolment file (docs/CAFE.md, Kiosks); the PC's own line is the one with its host name or a MAC address.
set -eu
[ $# -ge 2 ] || { echo "usage: seat.sh https://HUB FILE [BROWSER [FLAG...]]" >&2; exit 2; }
hub=${1%/} file=$2
shift 2
[ $# -gt 0 ] || set -- chromium --kiosk --no-first-run
names=$({ uname -n; cat "${NEARCADE_NET:-/sys/class/net}"/*/address 2>/dev/null || true; } | tr 'A-Z' 'a-z' | grep -v '^00:00:00:00:00:00$')
shown=$(awk -F '\t' -v names="$names" '
  BEGIN { count = split(names, list, "\n"); for (i = 1; i <= count; i++) own[list[i]] = 1 }
  !/^#/ && ($1 in own) { print $3 }' "$file")
case $shown in
'') echo "seat.sh: $file has no line for this PC, which is: $(echo "$names" | tr '\n' ' ')" >&2; exit 1 ;;
*'
'*) echo "seat.sh: $file has several lines for this PC: take back all but one (seats.unenrol)" >&2; exit 1 ;;
esac
exec "$@" "$hub/kiosk#enrol=$shown"
