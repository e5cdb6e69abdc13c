"""The ways to look at a landscape."""

from app.contract.lesson import Views
from app.lessons.reality import one_slice, random_planes, rescaled_network, training_path
from app.lessons.reality.settings import RealitySettings

VIEWS: Views[RealitySettings] = Views(
    slice=one_slice, path=training_path, planes=random_planes, rescaling=rescaled_network
)
