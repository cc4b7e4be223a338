"""What scores mean: a calibrated risk, an action, a scheme, a register, and what a caller knows besides."""
