"""What lessons share that train real networks: settings, controls, telemetry as recordings, panels, words, programs."""
