"""Speed, as figures of this machine and ratios to peers on the same work in the same run."""
