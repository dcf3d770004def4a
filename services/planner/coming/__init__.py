"""What is coming to a team: the contacts of all live campaigns that it takes, week by week."""
