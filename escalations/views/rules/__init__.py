"""Where the rules meet the cases: trying one case, simulating a draft on past cases, and the cases behind the sums."""
