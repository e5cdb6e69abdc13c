"""What lessons share that train real networks: settings, telemetry as a recording, panels, words and programs."""
