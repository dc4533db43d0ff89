"""What runs are compared with: fits, baselines, sensitivity.

baselines     simple forecasts that know nothing of a model
calibrate     `fit`: a model brought close to measured series, and judged where it was not fitted
sensitivity   which givens matter over their whole ranges
"""
