"""Stations: stored from feeds and pushes, found by place."""
