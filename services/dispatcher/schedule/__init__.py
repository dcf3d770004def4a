"""Schedule: allocation to arms, chunks and waves."""
