#!/bin/sh
# The browser tests drive the system's Chromium; where it is absent and can be installed, it is.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q >/dev/null 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium >/dev/null 2>&1 && exit 0
fi
echo "Chromium is not installed and could not be: the browser tests will be skipped."
