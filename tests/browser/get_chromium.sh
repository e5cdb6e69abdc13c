#!/bin/sh
# A Chromium for the browser tests: one that is installed, else Playwright's own, else Debian's package.
# Usage: get_chromium.sh BIN, where BIN is the virtual environment's bin folder.
bin=$1

starts() { "$bin/python" -m tests.browser.chromium >/dev/null 2>&1; }

starts && exit 0
echo "Looking for a Chromium: Playwright's"
timeout 300 "$bin/playwright" install chromium >/dev/null 2>&1
starts && exit 0
echo "Looking for a Chromium: Debian's package"
as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null; then
  { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq chromium; } >/dev/null 2>&1
fi
starts && exit 0
echo "The browser tests need a Chromium; install one (apt install chromium, or: playwright install --with-deps chromium)."
exit 1
