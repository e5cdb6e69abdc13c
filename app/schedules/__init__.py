"""Two schedules side by side: settings, recording, panels, what is to be expected, and programs."""
