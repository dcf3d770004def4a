"""Teams' calendars of launches, waves and the days by which customers are asked to act."""
