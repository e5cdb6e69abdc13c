"""Strict for every test: types of arrays are checked, dtypes never promote by accident, ranks never broadcast."""

import jax
import jaxtyping

# Annotations of shapes and dtypes become assertions, in tests only: at run time they cost a slider's immediacy.
jaxtyping.install_import_hook(["landscapes", "optimizers", "training_lab"], "beartype.beartype")

jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")
