"""Fill a folder with the programs of the first pictures: ``BEYOND_CACHE_DIR=... python -m app.deploy.bake``.

Part of building an image, so that its first start is as quick as every other.
"""

from app.environment import DEPLOYMENT
from app.jobs import jit_memory
from app.server import warm_presets, warm_up

if __name__ == "__main__":
    jit_memory.keep_on_disk(DEPLOYMENT.cache_dir)
    warm_up()
    warm_presets()
