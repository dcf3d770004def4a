"""Units: randomised customers as planner's analysis of the trial sees them, by tokens of one campaign alone."""
