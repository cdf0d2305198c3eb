"""The reading desk: the pages that analysts search, read and teach in, on the machine where Rasid runs."""
