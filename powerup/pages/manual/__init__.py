"""The Dutch manual for planners, a chapter for each part of the office."""
