"""Press: what the press office may say about which campaign, and when."""
