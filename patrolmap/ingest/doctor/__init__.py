"""The coordinate doctor: in which system the numbers of a file are, by the streets that the points should lie near."""
