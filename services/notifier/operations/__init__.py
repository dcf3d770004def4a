"""Operations as they are now, for those on call: queues, dead letters and their replay, and the closed loop."""
