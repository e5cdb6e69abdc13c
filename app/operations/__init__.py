"""What somebody who runs the site sees of it: metrics, logs, request ids. Nothing about persons is counted or kept."""
