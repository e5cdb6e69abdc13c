"""Everything a person sees."""

import jax

# The programs of this site run for a tenth of a millisecond: handing one to another thread takes as long as running it.
# Has to be said before JAX first computes anything.
jax.config.update("jax_cpu_enable_async_dispatch", False)
