"""Places without coordinates: descriptions such as “A路与B街交叉口东100米”, found on the project's own streets."""
