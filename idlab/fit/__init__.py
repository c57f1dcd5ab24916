"""Weights from data: EM without labels, counts and regression with them, and calibrated scores."""

from idlab.fit.fitting import Fit
from idlab.fit.run import METHODS, fit, recalibrate

__all__ = ["METHODS", "Fit", "fit", "recalibrate"]
