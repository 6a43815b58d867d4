"""The plan board: edit a plan by hand, plan it again, choose among variants, compare."""
