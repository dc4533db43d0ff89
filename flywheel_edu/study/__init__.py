"""What runs are compared with: fits, baselines, sensitivity."""
