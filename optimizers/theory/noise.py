"""Where noise keeps a walker from resting."""

from optimizers.theory.quadratics import Real


def noise_ball_variance(curvature: Real, learning_rate: Real, noise: Real, momentum: Real = 0.0) -> Real:
    """Stationary variance of the position: a s^2 (1 + b) / (l (1 - b) (2 (1 + b) - a l)).

    For the heavy ball (gradient descent at b = 0) with learning rate a, on curvature l, when every gradient carries
    independent noise of standard deviation s. S. Mandt, M. Hoffman, D. Blei, "Stochastic gradient descent as
    approximate Bayesian inference", JMLR 18 (2017), has the limit of small learning rates.
    """
    x = learning_rate * curvature
    return learning_rate * noise**2 * (1 + momentum) / (curvature * (1 - momentum) * (2 * (1 + momentum) - x))
