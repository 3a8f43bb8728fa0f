# Reads "+ pid" and "- pid" from the node and kills what is left when the pipe closes, however the node ended. The
# parent-death signal does the same in the kernel; this works where there is none, and clears the run directory.
trap '' INT TERM HUP
PATH=/usr/bin:/bin
pids=
while read -r verb pid; do
  if [ "$verb" = + ]; then
    pids="$pids $pid"
  else
    left=
    for each in $pids; do [ "$each" = "$pid" ] || left="$left $each"; done
    pids=$left
  fi
done
if [ -n "$pids" ]; then kill -9 $pids 2>/dev/null; fi
rm -rf -- "$1"
