"""The room's part of the replays: households of published years, paired, helped and led out of hardship, day by day."""
