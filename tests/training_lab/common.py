"""Small recipes that many tests share, so that they share compiled programs too."""

import training_lab as lab

MOONS = lab.Data(name=("moons", {"samples": 60}), validation=0.2)  # 48 to train on, 12 to validate
TINY = lab.Recipe(data=MOONS, network=lab.MLP(depth=2, width=4), batch_size=8, steps=30, log_every=5)
