"""Draw the pictures that no longer show what their lesson computes."""

from app import lesson, posters

for record in lesson.lessons().values():
    drawn = record.poster(record.Experiment())
    kept = posters.kept(record.name)
    if kept is None or posters.apart(kept, drawn) > posters.ALIKE:
        posters.keep(record.name, drawn)
        print(f"{record.name}.webp: {len(drawn) / 1000:.0f} kB")
