# mypy: allow-untyped-defs
"""What a loss surface is in expectation, a bowl, and what it is in reality: the same bowl, crumpled.

Waves of several lengths and directions lie on a quadratic bowl. No two lengths have a common multiple, so that nothing
repeats. Ruggedness 0 is the expectation; the pictures that one has to be prepared for are those of real networks:
H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, "Visualizing the loss landscape of neural nets", 2018.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Param, Surface


def reality(x, *, ruggedness=1.0):
    """f(x) for x of shape [2]; a bowl plus ruggedness times a sum of waves."""
    x, y = x
    bowl = 0.15 * x**2 + 0.25 * y**2
    long_waves = jnp.sin(1.3 * x + 0.7 * y + 0.4) + jnp.cos(1.7 * y - 0.6 * x - 0.9)
    short_waves = 0.4 * jnp.sin(2.9 * x - 1.1 * y) + 0.3 * jnp.cos(2.3 * x + 3.1 * y + 1.2)
    return bowl + ruggedness * (long_waves + short_waves)


SURFACE = Surface(
    name="reality",
    title="Expectation and reality",
    terrain="multimodal",
    fn=reality,
    params={"ruggedness": Param(1.0, 0.0, 2.0, symbol="r", label="ruggedness")},
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-4.2, 3.9),
    rate=0.03,
    latex=r"\begin{aligned} f(x, y) ={}& 0.15\,x^2 + 0.25\,y^2 + r\,\big(\sin(1.3x + 0.7y + 0.4)"
    r" + \cos(1.7y - 0.6x - 0.9) \\ & + 0.4\sin(2.9x - 1.1y) + 0.3\cos(2.3x + 3.1y + 1.2)\big) \end{aligned}",
    critical_points=(
        CriticalPoint((-0.7169017718629699, -1.0931497257686942), -1.8116396032948305, "minimum"),
        CriticalPoint((-1.9413911195051277, 1.6438937292806086), -1.0253915938022602, "minimum"),
        CriticalPoint((3.4665773113253464, -0.07796121944865377), -0.7119455967954718, "minimum"),
        CriticalPoint((1.5437533819394635, -0.5174112715121911), -0.27029279459891004, "minimum"),
        CriticalPoint((0.9368182439163362, -0.9991774793746644), 0.21646760295430223, "saddle"),
        CriticalPoint((0.5422230550659474, 2.356735012074733), 0.2495020987681491, "minimum"),
        CriticalPoint((2.32043922632761, -0.06591272327262017), 0.33949877111273374, "saddle"),
        CriticalPoint((-1.6862932269551862, 0.04222684777398723), 0.5698956742683323, "saddle"),
        CriticalPoint((2.228564541337063, 2.680643309850395), 0.6758618732745889, "minimum"),
        CriticalPoint((-0.5609868682266926, 0.42058798244584733), 0.8026217873120407, "saddle"),
        CriticalPoint((-1.1341306339427628, 0.4953346227193289), 0.9544590131365354, "maximum"),
        CriticalPoint((1.9664767210667247, 2.0413217182974286), 0.9910907544338587, "saddle"),
        CriticalPoint((1.4796861441795504, 2.741950469339734), 0.9922921027115663, "saddle"),
        CriticalPoint((1.5594087661602372, 2.0281172304491544), 1.0274735514652675, "saddle"),
        CriticalPoint((1.6229881154536068, 2.2121724812783445), 1.0334707761831332, "maximum"),
        CriticalPoint((-0.16821812526864124, 1.7098400035318007), 1.2216023317874236, "saddle"),
        CriticalPoint((-3.7669063863384276, -2.5700335852160574), 2.09886517716129, "minimum"),
        CriticalPoint((-4.842978191321958, 0.262679221932247), 2.6254369453356814, "minimum"),
        CriticalPoint((-3.2027632098890417, -2.030880283469648), 2.7218595437918305, "saddle"),
        CriticalPoint((0.8435328661233672, 0.9236732690238403), 2.831604961257256, "maximum"),
        CriticalPoint((-4.351300276593216, 0.6869813300177515), 2.978114461810065, "saddle"),
        CriticalPoint((4.674971236291608, -2.840332543537096), 3.060706264024816, "minimum"),
        CriticalPoint((4.025663947668872, -2.2885630423947676), 3.673781947412837, "saddle"),
        CriticalPoint((2.434450092255012, -3.3338980309696082), 3.774443526242875, "minimum"),
        CriticalPoint((2.038053312702361, -3.74784194440174), 3.9773244538105152, "saddle"),
        CriticalPoint((1.8467860544206702, -2.936763469311248), 4.135678255314771, "saddle"),
        CriticalPoint((1.6464913733647348, -3.2784551109546562), 4.199392942616919, "maximum"),
        CriticalPoint((2.7696192475960424, -2.6306237235213183), 4.294937282241932, "saddle"),
        CriticalPoint((2.257046973077781, -2.386164521366887), 4.444205841370888, "maximum"),
        CriticalPoint((-4.334032560764116, -1.1174918919459085), 5.033538983501273, "maximum"),
        CriticalPoint((-0.09741127659699102, 4.721470931331903), 5.761952179328885, "saddle"),
        CriticalPoint((4.661641577929733, 3.291585604261005), 5.780141440949748, "minimum"),
        CriticalPoint((4.2682516351676085, 3.3874122995460576), 5.842496256947377, "saddle"),
        CriticalPoint((-2.3476208673024335, -4.750807157106347), 6.951631814792718, "saddle"),
        CriticalPoint((-3.279135707814596, -4.608757586525177), 7.40975834019851, "saddle"),
        CriticalPoint((-3.1521082919378665, -4.490757808389268), 7.41762697999127, "maximum"),
    ),
    reference="This project; for real networks see H. Li et al. (2018), Visualizing the loss landscape of neural nets,"
    " NeurIPS",
    story="Turn the ruggedness to zero and you see what one draws on a blackboard; turn it up and you see what one"
    " gets: false bottoms, saddles, ridges, and a slope whose direction tells little about where the lowest point is."
    " Everyone finds the bottom of the bowl. Who finds it here?",
)
