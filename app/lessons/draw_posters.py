"""Draw the lessons' pictures that show no more what is computed: ``python -m app.lessons.draw_posters [NAME ...]``."""

import sys

from app.lessons import posters, registry

for record in map(registry.get, sys.argv[1:] or registry.lessons()):
    drawn = record.poster(record.Experiment())
    kept = posters.kept(record.name)
    if kept is None or posters.apart(kept, drawn) > posters.ALIKE:
        posters.keep(record.name, drawn)
        print(f"{record.name}/poster.webp: {len(drawn) / 1000:.0f} kB")
