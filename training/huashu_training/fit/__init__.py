"""Documents -> fitted models: tasks, grams, scikit-learn pipelines, cross-fitting, calibration."""
