"""Settings: typed models that check every input, and the sliders and widgets that move them."""
