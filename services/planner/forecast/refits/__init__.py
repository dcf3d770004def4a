"""Re-fits: rates and speed of answers from what has really arrived, and what they mean for the schedule."""
