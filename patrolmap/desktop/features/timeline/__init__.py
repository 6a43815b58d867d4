"""The shift as a chart: a row for each team, time from left to right."""
