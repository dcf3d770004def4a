"""How communications leave the house: one small module for each channel, all behind the interface in `channel`."""
