"""How long the t-th step is (t from 1) under a gradient that never changes: what a method does with a straight slope.

The effective rate is this length over the size of the gradient. What a method divides by cancels the gradient; what it
averages has seen nothing else. Decay of the weights is here too: the step under no gradient at all.
"""

import jax.numpy as jnp

from optimizers.theory.quadratics import Real


def momentum_step(learning_rate: Real, gradient: Real, momentum: Real, t: Real) -> Real:
    """a g (1 - b^t) / (1 - b), which tends to a g / (1 - b): ten times the gradient's own step at b = 0.9."""
    return learning_rate * gradient * (1 - momentum**t) / (1 - momentum)


def nesterov_step(learning_rate: Real, gradient: Real, momentum: Real, t: Real) -> Real:
    """a g (1 + b (1 - b^t) / (1 - b)): the next step of the heavy ball."""
    return learning_rate * gradient * (1 + momentum * (1 - momentum**t) / (1 - momentum))


def adagrad_step(learning_rate: Real, t: Real) -> Real:
    """a / sqrt t: the sum of squares never forgets."""
    return learning_rate / jnp.sqrt(t)


def rmsprop_step(learning_rate: Real, decay: Real, t: Real) -> Real:
    """a / sqrt(1 - decay^t): the first step is a / sqrt(1 - decay) long, ten learning rates at decay = 0.99."""
    return learning_rate / jnp.sqrt(1 - jnp.asarray(decay) ** t)


def adam_step(learning_rate: Real) -> Real:
    """a, from the first step on: the bias corrections cancel. The same for Adamax, AMSGrad, sign descent and Lion."""
    return learning_rate


def uncorrected_adam_step(learning_rate: Real, b1: Real, b2: Real, t: Real) -> Real:
    """a (1 - b1^t) / sqrt(1 - b2^t): 3.2 a at first, 6.6 a at the twelfth step, and a in the end."""
    return learning_rate * (1 - b1**t) / jnp.sqrt(1 - jnp.asarray(b2) ** t)


def radam_step(learning_rate: Real, gradient: Real, b2: Real, t: Real) -> Real:
    """a g while the mean square is worth at most five gradients, then a r, where the rectification r tends to 1."""
    longest = 2 / (1 - jnp.asarray(b2)) - 1
    length = longest - 2 * t * b2**t / (1 - b2**t)
    ratio = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
    return learning_rate * jnp.where(length > 5, jnp.sqrt(jnp.maximum(ratio, 0)), gradient)


def decoupled_decay(learning_rate: Real, weight_decay: Real, steps: Real) -> Real:
    """(1 - a l)^t: what is left of a weight under AdamW without a gradient.

    Adam with an L2 penalty moves by a a step instead, whatever the penalty is. I. Loshchilov, F. Hutter (2019).
    """
    return (1 - learning_rate * weight_decay) ** steps
