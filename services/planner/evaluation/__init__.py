"""Trials: designed before, sealed at approval, analysed as designed."""
