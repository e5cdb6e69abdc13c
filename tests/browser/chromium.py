"""Where the browser of the tests is, and how it is started; run as a module, it checks that one starts."""

import shutil

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# No sandbox, because CI runs as root; nothing that calls home. Without a graphics card a browser composes its pages
# without GL, and only WebGL itself is done by a program; a headless one must be told to do the same.
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
    "--disable-accelerated-2d-canvas",
]


def launch(playwright: Playwright) -> Browser:
    """Start a headless Chromium: the system's if there is one, else Playwright's."""
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    return playwright.chromium.launch(executable_path=installed, args=FLAGS)


if __name__ == "__main__":
    with sync_playwright() as playwright:
        launch(playwright).close()
