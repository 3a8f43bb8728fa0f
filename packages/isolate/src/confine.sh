# Builds one slot's confinement, waits, then becomes workerd. Runs under `unshare` (modes root and user) or bare (none).
#
# INVARIANT: after `exec` nothing of the host is left but fd 0 and 1 (/dev/null), fd 2 (counted by the node), fd 3 (the
# in-socket), the files named in the slot's table, and the slot directory, all mounted read-only. No procfs, no device
# file, no environment but SSL_CERT_FILE.
#
# Arguments: mode, engine binary, empty directory to mount on, slot directory, mount table, certificate file, uid,
# directories that `umount` loads its libraries from (joined by colons).
set -eu
mode=$1 engine=$2 root=$3 slot=$4 table=$5 certificate=$6 uid=$7 libraries=$8
PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec 4<>/dev/null

# Of the batch class: an engine that wakes does not push aside the node which woke it (decision 0035).
chrt --batch --pid 0 $$ 2>/dev/null || :

# The kernel's own limits. core=1: a crash must never write memory that may hold PHI to disk; 1 and not 0, because a
# core_pattern that is a pipe ignores 0. fsize=0: no byte goes to any file. nproc counts per uid, so it needs a uid of
# its own.
limits="--core=1:1 --fsize=0:0 --nofile=1024:1024"
if [ "$mode" = root ]; then limits="$limits --nproc=64:64"; fi

if [ "$mode" = none ]; then
  if command -v prlimit >/dev/null; then prlimit --pid $$ $limits; fi
  guard=
  if command -v setpriv >/dev/null; then guard="setpriv --pdeathsig KILL --no-new-privs --"; fi
  echo "ready $$"
  read -r dataKb
  echo going
  if [ "$dataKb" != unlimited ]; then ulimit -d "$dataKb"; fi
  unset PWD OLDPWD
  cd "$slot"
  SSL_CERT_FILE=$certificate exec $guard "$engine" serve --binary "$slot/config" -S in=3 \
    -e "door=unix:$slot/out.sock" -e "egress=unix:$slot/out.sock" <&4 >&4 4>&-
fi

# The host's procfs is still mounted here, so the first field is the pid that the node can signal.
read -r pid rest </proc/self/stat
# If memory runs out, the kernel takes this process first, not the database.
echo 1000 >/proc/self/oom_score_adj

mount -t tmpfs -o size=1m,nr_inodes=128,mode=755,nosuid,nodev ward "$root"
cd "$root"
mkdir -p old slot proc/self
while read -r source target rest; do
  case $target in
  "$root/slot") ;;
  *) mkdir -p "${target%/*}" && : >"$target" ;;
  esac
done <"$table"
# `umount` wants to read it; an empty one is enough, and no procfs is needed.
: >proc/self/mountinfo
cat "$certificate" >ca.pem
mount --all --fstab "$table"
# `bind`: the mount alone, since the file system's own options would be parsed again, with uids this namespace lacks.
mount -o remount,bind,ro,nosuid,nodev "$root"
prlimit --pid $$ $limits
pivot_root . old
cd /
LD_LIBRARY_PATH=$libraries PATH=/old/usr/bin:/old/bin umount -nlc /old

echo "ready $pid"
read -r dataKb
echo going
ulimit -d "$dataKb"
identity=
if [ "$mode" = root ]; then identity="--reuid=$uid --regid=$uid --clear-groups"; fi
unset PWD OLDPWD PATH
# A change of uid clears the parent-death signal that `unshare --kill-child` set; setpriv sets it again, last.
SSL_CERT_FILE=/ca.pem exec /setpriv --no-new-privs --bounding-set=-all --inh-caps=-all $identity --pdeathsig KILL \
  /workerd serve --binary /slot/config -S in=3 -e door=unix:/slot/out.sock -e egress=unix:/slot/out.sock <&4 >&4 4>&-
