#!/bin/sh
# Puts lawqa on a machine with systemd, or a new version of it: run as root, from a clone of the project.
#   sh deploy/systemd/install.sh [--root FOLDER] [--no-packages]
# --root: everything goes below that folder and nothing is started, as when an image of a machine is made.
# --no-packages: the Python environment is left as it is. PYTHON=…: which Python makes it (3.11 or newer);
# TORCH_INDEX=…: where pip finds the CPU build of torch. What is already set in /etc/lawqa/lawqa.env stays.
set -eu
say() { echo "$*" >&2; exit 2; }
root="" packages=yes
while [ $# -gt 0 ]; do
    case $1 in
    --root) [ $# -ge 2 ] || say "Say a folder after --root."; root=${2%/}; shift 2 ;;
    --no-packages) packages=no; shift ;;
    *) say "Not understood: $1. Say --root FOLDER or --no-packages, or nothing." ;;
    esac
done
here=$(cd "$(dirname "$0")/../.." && pwd)
[ -f "$here/manage.py" ] || say "$here is not a clone of lawqa: run this script where it lies."
[ -z "$root" ] || [ -d "$root" ] || say "There is no folder $root: make it first."
[ -n "$root" ] || [ "$(id -u)" -eq 0 ] || say "Run it as root, or say --root FOLDER to try it out."
app=$root/opt/lawqa

# The code: its folders anew each time, so that nothing of an older version stays; the environment beside them.
install -d -m 0755 "$app" "$app/deploy"
for part in api audit corpus lawqa people static templates; do
    rm -rf "${app:?}/$part.new" && cp -R "$here/$part" "$app/$part.new"
    rm -rf "${app:?}/$part" && mv "$app/$part.new" "$app/$part"
done
for part in manage.py requirements.lock pyproject.toml LICENSE deploy/small_model.lock deploy/small_model.py \
    deploy/telemetry.lock deploy/check_install.py deploy/README.md; do
    install -m 0644 "$here/$part" "$app/$part"
done
find "$app" -path "$app/.venv" -prune -o -name __pycache__ -prune -exec rm -rf {} +
chmod -R u=rwX,go=rX "$app/api" "$app/audit" "$app/corpus" "$app/lawqa" "$app/people" "$app/static" "$app/templates"

if [ "$packages" = yes ]; then
    [ -d "$app/.venv" ] || "${PYTHON:-python3}" -m venv "$app/.venv"
    pip="$app/.venv/bin/python -m pip --disable-pip-version-check --no-input --quiet"
    $pip install torch==2.13.0 ${TORCH_INDEX:+--index-url "$TORCH_INDEX"}
    $pip install --no-deps --require-hashes -r "$app/requirements.lock"
    $pip install --no-deps --require-hashes -r "$app/deploy/small_model.lock"
    "$app/.venv/bin/python" "$app/deploy/check_install.py"
fi

# Settings: what an operator wrote is never written over.
install -d -m 0750 "$root/etc/lawqa"
[ -f "$root/etc/lawqa/lawqa.env" ] || install -m 0640 "$here/deploy/systemd/lawqa.env" "$root/etc/lawqa/lawqa.env"
install -d -m 0755 "$root/usr/lib/sysusers.d" "$root/usr/lib/tmpfiles.d" "$root/etc/systemd/system"
install -m 0644 "$here/deploy/systemd/sysusers.conf" "$root/usr/lib/sysusers.d/lawqa.conf"
install -m 0644 "$here/deploy/systemd/tmpfiles.conf" "$root/usr/lib/tmpfiles.d/lawqa.conf"
for unit in "$here"/deploy/systemd/*.service "$here"/deploy/systemd/*.target "$here"/deploy/systemd/*.timer; do
    install -m 0644 "$unit" "$root/etc/systemd/system/${unit##*/}"
done

# The user and the folders that are his. In a scratch root without an account database there is nobody to give them to.
if [ -z "$root" ]; then
    systemd-sysusers lawqa.conf
    systemd-tmpfiles --create lawqa.conf
    systemctl daemon-reload
    echo "lawqa is installed. Edit /etc/lawqa/lawqa.env, then: systemctl enable --now lawqa.target lawqa-backup.timer"
else
    install -d -m 0700 "$root/var/lib/lawqa" "$root/var/backups/lawqa"
    echo "lawqa lies in $root; on its first start: systemd-sysusers && systemd-tmpfiles --create"
fi
